import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '#platform/config/config.js';
import { TokenVerifier } from '../../transport/token-verifier.js';
import { ConnectionAuthenticator } from '../realtime/connection-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { CallerVerifier } from './caller-verifier.js';
import { accessTokenKey, AccessTokens } from './infra/access-tokens.js';
import { ExternalTokens } from './infra/external-tokens.js';
import { ProvenTokens } from './infra/proven-tokens.js';
import { RefreshTokenEntity } from './infra/refresh-token.entity.js';
import { SessionStates } from './infra/session-states.js';
import { SessionStore } from './infra/session-store.js';
import { SessionEntity } from './infra/session.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { AdmitExternal } from './sessions/admit-external.js';
import { AdmitGuest } from './sessions/admit-guest.js';
import { CloseSockets } from './sessions/close-sockets.js';
import { ListSessions } from './sessions/list-sessions.js';
import { LogIn } from './sessions/log-in.js';
import { OpenSession } from './sessions/open-session.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { RegisterUser } from './sessions/register-user.js';
import { RevokeSession } from './sessions/revoke-session.js';
import { AccessTokenStrategy } from './transport/access-token.strategy.js';
import { AuthController } from './transport/auth.controller.js';
import { JwtAuthGuard } from './transport/jwt-auth.guard.js';
import { SocketAuthenticator } from './transport/socket-authenticator.js';

/** Who is calling: accounts, tokens, sessions, the guard of REST and the handshake of sockets. */
@Module({
  imports: [
    UsersModule,
    PassportModule,
    JwtModule.registerAsync({ inject: [CONFIG], useFactory: (config: Config) => ({ secret: accessTokenKey(config) }) }),
    TypeOrmModule.forFeature([SessionEntity, RefreshTokenEntity]),
  ],
  controllers: [AuthController],
  providers: [
    PasswordHasher,
    CallerVerifier,
    AccessTokens,
    ExternalTokens,
    ProvenTokens,
    SessionStore,
    SessionStates,
    OpenSession,
    RegisterUser,
    LogIn,
    AdmitGuest,
    AdmitExternal,
    RefreshSession,
    RevokeSession,
    ListSessions,
    CloseSockets,
    { provide: ConnectionAuthenticator, useClass: SocketAuthenticator },
    { provide: TokenVerifier, useExisting: CallerVerifier },
    AccessTokenStrategy,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
  exports: [PasswordHasher, ConnectionAuthenticator],
})
export class AuthModule {}
