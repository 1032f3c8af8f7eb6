import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { FirstOperator } from './infra/first-operator.js';
import { OperatorStore } from './infra/operator-store.js';
import { OperatorTokens } from './infra/operator-tokens.js';
import { OperatorEntity } from './infra/operator.entity.js';
import { Operators } from './infra/operators.js';
import { ReadStats } from './read/read-stats.js';
import { AdminController } from './transport/admin.controller.js';
import { OperatorGuard } from './transport/operator.guard.js';
import { OperatorRoutes } from './transport/operator-routes.js';

/** Operators: login, queue dashboard, statistics, notices. For roles with an HTTP server. */
@Module({
  imports: [TypeOrmModule.forFeature([OperatorEntity]), AuthModule, PresenceModule],
  controllers: [AdminController],
  providers: [
    OperatorStore,
    OperatorTokens,
    Operators,
    FirstOperator,
    ReadStats,
    OperatorRoutes,
    { provide: APP_GUARD, useClass: OperatorGuard },
  ],
})
export class AdminModule {}
