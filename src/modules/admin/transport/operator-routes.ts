import { fastifyCookie } from '@fastify/cookie';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CONFIG, type Config } from '#platform/config/config.js';
import { QueueDashboard } from '../../queues/queue-dashboard.js';
import { Operators } from '../infra/operators.js';
import { dashboardRoutes } from './dashboard-routes.js';
import { loginRoutes } from './login-routes.js';

/** Registers the operators' pages with the HTTP server. They are for browsers, so they are not in the contract. */
@Injectable()
export class OperatorRoutes implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: HttpAdapterHost,
    private readonly dashboard: QueueDashboard,
    private readonly operators: Operators,
  ) {}

  onModuleInit(): void {
    const server: FastifyInstance = this.host.httpAdapter.getInstance();
    const options = { operators: this.operators, isProduction: this.config.nodeEnv === 'production' };
    // For the whole server, because `OperatorGuard` reads cookies on routes of the contract.
    void server.register(fastifyCookie);
    void server.register(async (scope) => loginRoutes(scope, options));
    dashboardRoutes(server, this.dashboard, this.operators);
  }
}
