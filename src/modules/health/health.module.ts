import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { FrontPagesController } from './front-pages.controller.js';
import { Gauges } from './gauges.js';
import { HealthController } from './health.controller.js';
import { ReadinessCheck } from './readiness-check.js';

/** Liveness, readiness and metrics, in every role. Needs the log, the queues and realtime. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [FrontPagesController, HealthController],
  providers: [ReadinessCheck, Gauges],
})
export class HealthModule {}
