import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Log } from '#platform/logging/log.js';
import { NestLogger } from '#platform/logging/nest-logger.js';
import { addRequestContext } from '#platform/logging/request-hooks.js';
import type { PlatformParts } from '#platform/platform.module.js';
import { HotRoutes } from './hot/hot-routes.js';
import { drainRequests } from './server/drain-requests.js';
import { createHttpAdapter, enableCors } from './server/http-adapter.js';
import { recordAnswers } from './server/record-answers.js';
import { RequestsInFlight } from './server/requests-in-flight.js';
import { addSecurityHeaders } from './server/security-headers.js';

/** Makes a role's application on an HTTP server with everything that holds for each request. Does not listen yet. */
export async function createRestServer(module: DynamicModule, platform: PlatformParts, log: Log): Promise<NestFastifyApplication> {
  const { config, shutdown } = platform;
  const adapter = createHttpAdapter(config);
  const server = adapter.getInstance();
  const inFlight = new RequestsInFlight(config.ackTimeoutMs);
  inFlight.watchServer(server);
  addRequestContext(server);
  addSecurityHeaders(server, config);
  drainRequests(server, inFlight, shutdown);
  recordAnswers(server, log);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: new NestLogger(log), abortOnError: false });
  enableCors(app, config);
  app.get(HotRoutes).registerHandlers(server);
  return app;
}
