import type { DynamicModule, Type } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AdminModule } from '../modules/admin/admin.module.js';
import { AuthModule } from '../modules/auth/auth.module.js';
import { SessionMaintenanceModule } from '../modules/auth/session-maintenance.module.js';
import { ConversationsModule } from '../modules/conversations/conversations.module.js';
import { ConversationsWorkerModule } from '../modules/conversations/conversations.worker.module.js';
import { DocsModule } from '../modules/docs/docs.module.js';
import { HealthModule } from '../modules/health/health.module.js';
import { LogModule } from '../modules/log/log.module.js';
import { MessagesModule } from '../modules/messages/messages.module.js';
import { MessagesWorkerModule } from '../modules/messages/messages.worker.module.js';
import { PresenceModule } from '../modules/presence/presence.module.js';
import { QueueWorkersModule } from '../modules/queues/queue-workers.module.js';
import { QueuesModule } from '../modules/queues/queues.module.js';
import { RealtimeModule } from '../modules/realtime/realtime.module.js';
import { ReceiptsModule } from '../modules/receipts/receipts.module.js';
import { ReceiptsWorkerModule } from '../modules/receipts/receipts.worker.module.js';
import { SyncModule } from '../modules/sync/sync.module.js';
import { UsersModule } from '../modules/users/users.module.js';
import { TransportModule } from '../transport/transport.module.js';

export type Part = Type | DynamicModule;

/** What every role has: stores, the log, queues to add to, the HTTP server's rules and what is asked about its health. */
export const sharedParts: readonly Part[] = [DatabaseModule, LogModule, QueuesModule, TransportModule, RealtimeModule, HealthModule];

/** REST and sockets: what people call. */
export const apiParts: readonly Part[] = [
  UsersModule,
  AuthModule,
  ConversationsModule,
  PresenceModule,
  MessagesModule,
  ReceiptsModule,
  SyncModule,
  AdminModule,
  DocsModule,
];

/** Queues: what works on jobs. Nothing here opens a route or a socket. */
export const workerParts: readonly Part[] = [
  SessionMaintenanceModule,
  ConversationsWorkerModule,
  MessagesWorkerModule,
  ReceiptsWorkerModule,
  QueueWorkersModule,
];
