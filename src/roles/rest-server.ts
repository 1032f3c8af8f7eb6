import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Log } from '#platform/logging/log.js';
import { NestLogger } from '#platform/logging/nest-logger.js';
import { addRequestContext, logRequest } from '#platform/logging/request-hooks.js';
import type { PlatformParts } from '#platform/platform.module.js';
import { AnsweredRequests } from '../transport/answered-requests.js';
import { HotDispatcher } from '../transport/hot/hot-dispatcher.js';
import { HotDoor } from '../transport/hot/hot-door.js';
import { openBefore } from '../transport/hot/open-before.js';
import { corsHeadersWithoutOrigin, createHttpAdapter, enableCors } from '../transport/http-server.js';
import { RequestsInFlight } from '../transport/requests-in-flight.js';
import { drainRequests } from './request-drain.js';
import { addSecurityHeaders, securityHeaders } from './security-headers.js';

/** Makes the application of a role on an HTTP server with all that holds for each request, whoever answers it. */
export async function createRestServer(module: DynamicModule, platform: PlatformParts, log: Log): Promise<NestFastifyApplication> {
  const { config, shutdown } = platform;
  const adapter = createHttpAdapter(config);
  const server = adapter.getInstance();
  const inFlight = new RequestsInFlight(config.ackTimeoutMs);
  const headers = securityHeaders(config);
  inFlight.watch(server);
  addRequestContext(server);
  addSecurityHeaders(server, headers);
  drainRequests(server, inFlight, shutdown);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: new NestLogger(log), abortOnError: false });
  enableCors(app, config);
  const answered = app.get(AnsweredRequests);
  answered.watch(server);
  answered.listen((line) => logRequest(log, line));
  const door = new HotDoor(app.get(HotDispatcher), {
    inFlight,
    answered,
    headers: { ...headers, ...corsHeadersWithoutOrigin(config) },
    isShut: () => shutdown.isShuttingDown,
  });
  openBefore(server, (request, response) => door.take(request, response));
  return app;
}
