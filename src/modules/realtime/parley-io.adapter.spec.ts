import type { Server as HttpServer } from 'node:http';
import { Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { Server } from 'socket.io';
import { ParleyIoAdapter } from './parley-io.adapter.js';
import { SocketLifecycle } from './gateway/socket-lifecycle.js';

@WebSocketGateway()
class OneGateway {
  @WebSocketServer()
  server: unknown = null;
}

@WebSocketGateway()
class OtherGateway extends OneGateway {}

async function createApp(providers: Provider[]): Promise<NestFastifyApplication> {
  class TestModule {}
  Module({ providers })(TestModule);
  const app = await NestFactory.create<NestFastifyApplication>(TestModule, new FastifyAdapter(), { logger: false, abortOnError: false });
  app.useWebSocketAdapter(new ParleyIoAdapter(app));
  await app.init();
  return app;
}

test('all gateways share one server on the HTTP server of the application, and closing it does not wait for clients', async () => {
  const created: Server[] = [];
  const createServer = (httpServer: HttpServer) => {
    const server = new Server(httpServer);
    created.push(server);
    return server;
  };
  const app = await createApp([OneGateway, OtherGateway, { provide: SocketLifecycle, useValue: { createServer } }]);
  expect(created).toHaveLength(1);
  expect(app.get(OneGateway).server).toBe(created[0]);
  expect(app.get(OtherGateway).server).toBe(created[0]);
  expect(app.getHttpServer().listenerCount('upgrade')).toBe(1);
  expect(created[0]?.sockets.listenerCount('connection')).toBe(0);
  await app.close();
});

test('an application without gateways opens no socket', async () => {
  const app = await createApp([]);
  expect(app.getHttpServer().listenerCount('upgrade')).toBe(0);
  await app.close();
});
