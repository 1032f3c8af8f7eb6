import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { Config } from '#platform/config/config.js';
import { PlatformModule, type PlatformParts } from '#platform/platform.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { AdminModule } from '../modules/admin/admin.module.js';
import { AuthModule, AuthWorkerModule } from '../modules/auth/auth.module.js';
import { ConversationsModule } from '../modules/conversations/conversations.module.js';
import { RestoreConversationModule } from '../modules/conversations/restore-conversation.module.js';
import { ConversationAppliersModule } from '../modules/conversations/conversation-appliers.module.js';
import { DocsModule } from '../modules/docs/docs.module.js';
import { HealthModule } from '../modules/health/health.module.js';
import { LogModule } from '../modules/log/log.module.js';
import { MessageAppliersModule } from '../modules/messages/message-appliers.module.js';
import { MessagesModule } from '../modules/messages/messages.module.js';
import { MessagesWorkerModule } from '../modules/messages/messages.worker.module.js';
import { PresenceModule } from '../modules/presence/presence.module.js';
import { QueuesModule, QueueWorkersModule } from '../modules/queues/queues.module.js';
import { RealtimeModule } from '../modules/realtime/realtime.module.js';
import { SocketsModule } from '../modules/realtime/sockets.module.js';
import { ReceiptsModule, ReceiptsWorkerModule, UnreadCountsModule } from '../modules/receipts/receipts.module.js';
import { UnreadAudit } from '../modules/receipts/unread-audit.js';
import { RetentionAppliersModule } from '../modules/retention/retention-appliers.module.js';
import { RetentionModule, RetentionWorkerModule, RunRetentionModule } from '../modules/retention/retention.module.js';
import { SyncModule } from '../modules/sync/sync.module.js';
import { UsersModule } from '../modules/users/users.module.js';
import { TransportModule } from '../transport/transport.module.js';

type Modules = readonly (Type | DynamicModule)[];

/** The modules of every role: stores, the log, job producers, the rules of the HTTP server, and health. */
const shared: Modules = [DatabaseModule, LogModule, QueuesModule, TransportModule, RealtimeModule, HealthModule, RetentionAppliersModule];

/** REST routes and socket commands. */
const api: Modules = [
  UsersModule,
  AuthModule,
  ConversationsModule,
  PresenceModule,
  MessagesModule,
  ReceiptsModule,
  RetentionModule,
  SyncModule,
  SocketsModule.with(AuthModule, ConversationsModule),
  AdminModule,
];

/** Queue consumers. No module here opens a route or a socket. */
const worker: Modules = [
  AuthWorkerModule,
  ConversationAppliersModule,
  MessagesWorkerModule,
  ReceiptsWorkerModule,
  RetentionWorkerModule,
  QueueWorkersModule,
];

const roles = {
  all: [...shared, ...api, ...worker],
  api: [...shared, ...api],
  worker: [...shared, ...worker],
} as const satisfies Record<Config['role'], Modules>;

@Module({})
class RoleModule {}

@Module({})
class MaintenanceModule {}

/** The root module of the configured role, with the documentation if it is enabled. */
export function roleModule(platform: PlatformParts): DynamicModule {
  const { role, docsEnabled } = platform.config;
  const docs = docsEnabled && role !== 'worker' ? [DocsModule] : [];
  return { module: RoleModule, imports: [PlatformModule.with(platform), ...roles[role], ...docs] };
}

/** The root module of the maintenance commands: the stores, without routes, sockets or jobs. */
export function maintenanceModule(platform: PlatformParts): DynamicModule {
  return { module: MaintenanceModule, imports: [PlatformModule.with(platform), DatabaseModule, LogModule], providers: [UnreadAudit] };
}

/** The root module of `parley retention run`. It commits changes and notifies the nodes, but opens no route, socket or job. */
export function retentionModule(platform: PlatformParts): DynamicModule {
  return changingModule(platform, [RunRetentionModule]);
}

/** The root module of `parley conversation restore`, as `retentionModule`. */
export function conversationModule(platform: PlatformParts): DynamicModule {
  return changingModule(platform, [UnreadCountsModule, RestoreConversationModule]);
}

/** Stores, the log and the appliers of all its entries. */
function changingModule(platform: PlatformParts, features: Modules): DynamicModule {
  const appliers = [ConversationAppliersModule, MessageAppliersModule, RetentionAppliersModule];
  const imports = [PlatformModule.with(platform), DatabaseModule, LogModule, RealtimeModule, ...appliers, ...features];
  return { module: MaintenanceModule, imports };
}
