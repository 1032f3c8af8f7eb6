import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { answerProblem } from '../answer-problem.js';
import type { Caller } from '../caller.js';
import { type CallerTrace, KnownCallers } from '../known-callers.js';
import type { RestReply, RestRequest } from '../rest-exchange.js';
import { RouteChecks } from '../route-checks.js';
import { type HotEndpoint, HotEndpoints } from './hot-endpoints.js';
import { hotRouteAt, type HotRouteName } from './hot-routes.js';

/**
 * The fast path of hot routes: the same checks as Nest's pipeline, in the same order, without the pipeline. It takes the requests of
 * callers that are known already; all others are passed on to Nest's handler of the same route, untouched.
 */
@Injectable()
export class HotDispatcher implements OnModuleInit, OnApplicationBootstrap {
  private endpoints: ReadonlyMap<HotRouteName, HotEndpoint> = new Map();

  constructor(
    private readonly table: HotEndpoints,
    private readonly callers: KnownCallers,
    private readonly checks: RouteChecks,
  ) {}

  onModuleInit(): void {
    this.endpoints = this.table.build();
  }

  onApplicationBootstrap(): void {
    if (this.endpoints.size > 0 && !this.callers.areTold) throw new Error('nobody recalls the callers of hot routes');
  }

  /** Places itself before Nest's handler of each hot route. Has to be called before Nest adds its routes to the server. */
  standBefore(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      const name = hotRouteAt(String(route.method), route.url);
      if (name !== undefined) route.handler = this.handlerBefore(route.handler, name);
    });
  }

  private handlerBefore(nest: RouteHandlerMethod, name: HotRouteName): RouteHandlerMethod {
    const take = (request: FastifyRequest, reply: FastifyReply): boolean => this.take(name, request, reply);
    return function handle(request, reply) {
      return take(request, reply) ? undefined : nest.call(this, request, reply);
    };
  }

  /** Whether it answers the request, sooner or later. */
  private take(name: HotRouteName, request: FastifyRequest, reply: FastifyReply): boolean {
    const endpoint = this.endpoints.get(name);
    if (endpoint === undefined || hasEmptyParameter(request.params)) return false;
    const caller = this.callers.recall(request);
    if (caller === undefined) return false;
    void this.answer(endpoint, caller, request, reply);
    return true;
  }

  /** What answers a hot route; undefined in a process that has it not. */
  endpointOf(name: HotRouteName): HotEndpoint | undefined {
    return this.endpoints.get(name);
  }

  /** Whom the request's token speaks for, where that is known already. */
  recall(request: CallerTrace): Caller | undefined {
    return this.callers.recall(request);
  }

  /** Checks and answers. Never rejects: whatever goes wrong is the answer. */
  async answer(endpoint: HotEndpoint, caller: Caller, request: RestRequest, reply: RestReply): Promise<void> {
    try {
      // A promise that need not be costs more than most of these checks.
      const admitted = this.callers.admit(caller);
      request.caller = admitted instanceof Promise ? await admitted : admitted;
      const passing = this.checks.pass(endpoint.route, request);
      if (passing !== undefined) await passing;
      reply.status(endpoint.status);
      const body = await endpoint.run(request, reply);
      if (!reply.sent) reply.send(body);
    } catch (err) {
      answerProblem(err, reply);
    }
  }
}

/** `/v1/conversations//messages` fits the route's pattern and is no such route: Nest's handler says so. */
function hasEmptyParameter(params: unknown): boolean {
  return typeof params === 'object' && params !== null && Object.values(params).includes('');
}
