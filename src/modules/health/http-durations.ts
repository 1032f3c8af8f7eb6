import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { routes } from '../../../contracts/routes.js';
import { metrics } from '../../platform/metrics.js';
import { nestPath } from '../../transport/endpoint.js';

const routeNames = new Map(Object.entries(routes).map(([name, { method, path }]) => [`${method} ${nestPath(path)}`, name]));

/** Measures every answered request under its route's name; what is not of the contract is `other`. */
@Injectable()
export class HttpDurations implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server: FastifyInstance = this.host.httpAdapter.getInstance();
    server.addHook('onResponse', (request, reply, done) => {
      const name = routeNames.get(`${request.method} ${request.routeOptions.url ?? ''}`) ?? 'other';
      metrics.request(name, reply.statusCode, reply.elapsedTime / 1000);
      done();
    });
  }
}
