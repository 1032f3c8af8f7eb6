import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '#platform/config/config.js';
import { TokenVerifier } from '../../transport/token-verifier.js';
import { ConnectionAuthenticator } from '../realtime/connection-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { AdmitExternal } from './changes/admit-external.js';
import { AdmitGuest } from './changes/admit-guest.js';
import { LogIn } from './changes/log-in.js';
import { OpenSession } from './changes/open-session.js';
import { RefreshSession } from './changes/refresh-session.js';
import { RegisterUser } from './changes/register-user.js';
import { accessTokenKey, AccessTokens } from './infra/access-tokens.js';
import { CallerVerifier } from './infra/caller-verifier.js';
import { ExternalTokens } from './infra/external-tokens.js';
import { ProvenTokens } from './infra/proven-tokens.js';
import { SessionStates } from './infra/session-states.js';
import { SessionStore } from './infra/session-store.js';
import { SessionEntity } from './infra/session.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { ListSessions } from './read/list-sessions.js';
import { RevokeSession } from './revoke-session.js';
import { AccessTokenStrategy } from './transport/access-token.strategy.js';
import { AuthController } from './transport/auth.controller.js';
import { CloseSockets } from './transport/close-sockets.js';
import { JwtAuthGuard } from './transport/jwt-auth.guard.js';
import { SocketAuthenticator } from './transport/socket-authenticator.js';
import { SessionCleanup } from './workers/session-cleanup.js';

/** Accounts, tokens and sessions; authenticates REST requests and sockets. For roles with an HTTP server. */
@Module({
  imports: [
    UsersModule,
    PassportModule,
    JwtModule.registerAsync({ inject: [CONFIG], useFactory: (config: Config) => ({ secret: accessTokenKey(config) }) }),
    TypeOrmModule.forFeature([SessionEntity]),
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

/** Removes expired sessions. For workers. */
@Module({ providers: [SessionCleanup] })
export class AuthWorkerModule {}
