import { request } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { CallerVerifier } from '../../src/modules/auth/infra/caller-verifier.js';
import { accessTokenKey, AccessTokens } from '../../src/modules/auth/infra/access-tokens.js';
import { ExternalTokens } from '../../src/modules/auth/infra/external-tokens.js';
import { ProvenTokens } from '../../src/modules/auth/infra/proven-tokens.js';
import { SessionStates } from '../../src/modules/auth/infra/session-states.js';
import { SessionStore } from '../../src/modules/auth/infra/session-store.js';
import { AdmitExternal } from '../../src/modules/auth/changes/admit-external.js';
import { AccessTokenStrategy } from '../../src/modules/auth/transport/access-token.strategy.js';
import { JwtAuthGuard } from '../../src/modules/auth/transport/jwt-auth.guard.js';
import { ReadHistory } from '../../src/modules/messages/read/read-history.js';
import { MessageLists } from '../../src/modules/messages/read/message-lists.js';
import { SearchMessages } from '../../src/modules/messages/read/search-messages.js';
import { SendMessage } from '../../src/modules/messages/send/send-message.js';
import { MessagesController } from '../../src/modules/messages/transport/messages.controller.js';
import { AdvanceCursors } from '../../src/modules/receipts/changes/advance-cursors.js';
import { FindMessageReceipts } from '../../src/modules/receipts/read/find-message-receipts.js';
import { ReceiptsController } from '../../src/modules/receipts/transport/receipts.controller.js';
import { SyncConversations } from '../../src/modules/sync/sync-conversations.js';
import { SyncController } from '../../src/modules/sync/sync.controller.js';
import { type Config, type Settings, settingsSchema } from '#platform/config/config.js';
import { createLog } from '#platform/logging/log.js';
import { PlatformModule } from '#platform/platform.module.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import { Signals } from '#platform/signals/signals.js';
import { createRestServer } from '../../src/transport/rest-server.js';
import { TokenVerifier } from '../../src/transport/token-verifier.js';
import { TransportModule } from '../../src/transport/transport.module.js';

/** What the use cases behind the hot routes do. Called with the name of the use case and its arguments. */
export type Behave = (useCase: string, ...args: unknown[]) => unknown;

/** What storage says of each session. */
export type Sessions = Map<SessionId, { readonly userId: UserId; readonly isOpen: boolean; readonly expiresAt: number }>;

export interface HotRouteServerOptions {
  readonly settings: Partial<Settings>;
  readonly behave: Behave;
  readonly sessions: Sessions;
  /** Called with each line of the log. */
  readonly onLine: (line: unknown) => void;
  /** False leaves out the part of `auth` that the fast path needs. */
  readonly canVerify?: boolean;
}

/** Parley's own REST server on a loopback port with the controllers of the hot routes; only use cases and storage are replaced. */
export interface HotRouteServer {
  readonly url: string;
  readonly shutdown: ShutdownState;
  readonly signals: Signals;
  close(): Promise<void>;
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export const authSecret = 'a secret of this test that is long enough';

export async function startHotRouteServer(options: HotRouteServerOptions): Promise<HotRouteServer> {
  const { settings, behave, sessions, onLine, canVerify = true } = options;
  const config: Config = { ...settingsSchema.parse({}), ...settings, databaseUrl: 'postgres://unused', authSecret, isDatabaseOwn: false };
  const shutdown = new ShutdownState();
  const log = createLog({ level: 'debug', isPretty: false, destination: { write: (line) => onLine(JSON.parse(line)) } });
  const platform = { config, shutdown };
  const module: DynamicModule = {
    module: class HotRouteModule {},
    imports: [PlatformModule.with(platform), TransportModule, PassportModule, JwtModule.register({ secret: accessTokenKey(config) })],
    controllers: [MessagesController, ReceiptsController, SyncController],
    providers: [...useCases(behave), ...auth(sessions), ...(canVerify ? [{ provide: TokenVerifier, useExisting: CallerVerifier }] : [])],
  };
  const app = await createRestServer(module, platform, log);
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), shutdown, signals: app.get(Signals), close: () => app.close() };
}

/** Sends one request on a connection of its own. */
export function ask(server: Pick<HotRouteServer, 'url'>, { method, path, headers, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, agent: false, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function useCases(behave: Behave) {
  const on =
    (name: string) =>
    (...args: unknown[]) =>
      behave(name, ...args);
  return [
    { provide: SendMessage, useValue: { sendOne: on('send'), sendBatch: on('sendMany') } },
    { provide: ReadHistory, useValue: { execute: on('page') } },
    { provide: MessageLists, useValue: {} },
    { provide: SearchMessages, useValue: {} },
    { provide: AdvanceCursors, useValue: { advance: on('advance') } },
    { provide: FindMessageReceipts, useValue: {} },
    { provide: SyncConversations, useValue: { execute: on('sync') } },
  ];
}

function auth(sessions: Sessions) {
  return [
    { provide: SessionStore, useValue: { readState: (id: SessionId) => Promise.resolve(sessions.get(id) ?? null) } },
    { provide: AdmitExternal, useValue: {} },
    SessionStates,
    ProvenTokens,
    AccessTokens,
    ExternalTokens,
    CallerVerifier,
    AccessTokenStrategy,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ];
}
