import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { AuditEntryEntity } from './infra/audit-entry.entity.js';
import { AuditLog } from './infra/audit-log.js';
import { FirstOperator } from './infra/first-operator.js';
import { OperatorStore } from './infra/operator-store.js';
import { OperatorTokens } from './infra/operator-tokens.js';
import { OperatorEntity } from './infra/operator.entity.js';
import { Operators } from './infra/operators.js';
import { ReadStats } from './read/read-stats.js';
import { AdminController } from './transport/admin.controller.js';
import { OperatorConversationsController } from './transport/operator-conversations.controller.js';
import { OperatorGuard } from './transport/operator.guard.js';
import { OperatorRoutes } from './transport/operator-routes.js';

/** Operators: login, queue dashboard, statistics, notices. For roles with an HTTP server. */
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntryEntity, OperatorEntity]), AuthModule, PresenceModule, ConversationsModule, MessagesModule],
  controllers: [OperatorConversationsController, AdminController],
  providers: [
    OperatorStore,
    AuditLog,
    OperatorTokens,
    Operators,
    FirstOperator,
    ReadStats,
    OperatorRoutes,
    { provide: APP_GUARD, useClass: OperatorGuard },
  ],
})
export class AdminModule {}
