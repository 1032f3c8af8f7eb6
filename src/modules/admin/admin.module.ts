import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { AdminController } from './admin.controller.js';
import { AdminHttp } from './http/admin-http.js';
import { PresenceModule } from '../presence/presence.module.js';
import { OperatorGuard } from './operator.guard.js';
import { Operators } from './operators.js';
import { FirstOperator } from './operators/first-operator.js';
import { OperatorStore } from './operators/operator-store.js';
import { OperatorTokens } from './operators/operator-tokens.js';
import { ReadStats } from './read-stats.js';

/** The operator's side: login, queue dashboard, figures, notices. For roles with an HTTP server. */
@Module({
  imports: [AuthModule, PresenceModule],
  controllers: [AdminController],
  providers: [
    OperatorStore,
    OperatorTokens,
    Operators,
    FirstOperator,
    ReadStats,
    AdminHttp,
    { provide: APP_GUARD, useClass: OperatorGuard },
  ],
  exports: [Operators],
})
export class AdminModule {}
