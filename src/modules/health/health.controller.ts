import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteOutput } from '#contracts/routes.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { metrics } from '#platform/metrics.js';
import { SIBLINGS, type Siblings } from '#platform/siblings/siblings.js';
import { Endpoint } from '../../transport/endpoint.js';
import { CurrentRequest, Reply } from '../../transport/handler-arguments.js';
import { mayReadMetrics } from './may-read-metrics.js';
import { ReadinessCheck } from './readiness-check.js';

/** Liveness, readiness and metrics, for the operator's monitoring. */
@Controller()
export class HealthController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly readiness: ReadinessCheck,
    @Inject(SIBLINGS) private readonly siblings: Siblings | null,
  ) {}

  @Endpoint('health.live')
  live(): RouteOutput<'health.live'> {
    return { status: 'ok' };
  }

  @Endpoint('health.ready')
  async ready(@Reply() reply: FastifyReply): Promise<RouteOutput<'health.ready'>> {
    const readiness = await this.readiness.checkReadiness();
    reply.status(readiness.status === 'ok' ? 200 : 503).header('cache-control', 'no-store');
    return readiness;
  }

  @Endpoint('metrics.get')
  async metrics(@CurrentRequest() request: FastifyRequest, @Reply() reply: FastifyReply): Promise<RouteOutput<'metrics.get'>> {
    if (!mayReadMetrics(request, this.config.metricsToken))
      throw new AppError('auth.required', { detail: 'Metrics need the bearer of METRICS_TOKEN.' });
    reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
    return this.siblings === null ? metrics.renderText() : this.siblings.readAllMetrics();
  }
}
