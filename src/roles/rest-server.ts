import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { Log } from '../platform/logging/log.js';
import { NestLogger } from '../platform/logging/nest-logger.js';
import { addRequestHooks } from '../platform/logging/request-hooks.js';
import type { PlatformParts } from '../platform/platform.module.js';
import { createHttpAdapter, enableCors } from '../transport/http-server.js';
import { RequestsInFlight } from '../transport/requests-in-flight.js';
import { drainRequests } from './request-drain.js';
import { addSecurityHeaders } from './security-headers.js';

/** Makes the application of a role on an HTTP server with all that holds for each request, whoever answers it. */
export async function createRestServer(module: DynamicModule, platform: PlatformParts, log: Log): Promise<NestFastifyApplication> {
  const { config, shutdown } = platform;
  const adapter = createHttpAdapter(config);
  const server = adapter.getInstance();
  const inFlight = new RequestsInFlight(config.ackTimeoutMs);
  inFlight.watch(server);
  addRequestHooks(server, log);
  addSecurityHeaders(server, config);
  drainRequests(server, inFlight, shutdown);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: new NestLogger(log), abortOnError: false });
  enableCors(app, config);
  return app;
}
