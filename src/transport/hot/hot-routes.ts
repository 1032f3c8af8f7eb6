import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { RouteName, Routes } from '#contracts/routes.js';
import { jsonOf } from '#platform/json-text.js';
import { bearerToken } from '../bearer-token.js';
import { type NamedRoute, nestPath, routeOf, successStatusOf } from '../endpoint.js';
import { argumentReadersOf } from '../handler-arguments.js';
import { RouteChecks } from '../pipeline/route-checks.js';
import { sendProblem } from '../send-problem.js';
import { TokenVerifier } from '../token-verifier.js';
import { refuseUnknownDecorators, refuseUnknownParts } from './nest-decorations.js';

/** Only routes of users: the fast path knows no other way to authenticate. */
type UserRouteName = { [N in RouteName]: Routes[N]['auth'] extends 'user' ? N : never }[RouteName];

/** The routes that clients call all the time. Fastify answers them without Nest's pipeline of guards, interceptors and rxjs. */
export const hotRouteNames = ['message.send', 'message.history', 'receipt.put', 'sync.post'] as const satisfies readonly UserRouteName[];

export type HotRouteName = (typeof hotRouteNames)[number];

const jsonType = 'application/json; charset=utf-8';

/** A hot route with the controller's method that answers it. */
interface HotEndpoint {
  readonly route: NamedRoute;
  readonly run: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** The fast path: native Fastify handlers for hot routes, whose methods controllers declare with `@Endpoint` as for all others. */
@Injectable()
export class HotRoutes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModuleRef,
    private readonly checks: RouteChecks,
  ) {}

  /**
   * Gives each hot route a native handler as Nest adds the route to the server, so call it before Nest adds its routes. Throws if Nest
   * would do something for a hot route that the native handler does not do, or if a route has two methods.
   */
  registerHandlers(server: FastifyInstance): void {
    const endpoints = this.findEndpoints();
    if (endpoints.size === 0) return;
    refuseUnknownParts(this.discovery.getProviders());
    const verifier = this.modules.get(TokenVerifier, { strict: false });
    server.addHook('onRoute', (added) => {
      const endpoint = endpoints.get(`${String(added.method)} ${added.url}`);
      if (endpoint !== undefined) added.handler = handlerOf(endpoint, verifier, this.checks);
    });
  }

  /** The hot endpoints of this process by method and path; a worker has none. */
  private findEndpoints(): ReadonlyMap<string, HotEndpoint> {
    const endpoints = new Map<string, HotEndpoint>();
    for (const { instance } of this.discovery.getControllers()) {
      for (const endpoint of this.endpointsOf(instance)) {
        const { name, method, path } = endpoint.route;
        const address = `${method} ${nestPath(path)}`;
        if (endpoints.has(address)) throw new Error(`${name} has two handlers`);
        endpoints.set(address, endpoint);
      }
    }
    return endpoints;
  }

  private endpointsOf(controller: unknown): HotEndpoint[] {
    if (typeof controller !== 'object' || controller === null) return [];
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(controller)).flatMap((key) => {
      const method: unknown = Reflect.get(controller, key);
      const route = typeof method === 'function' ? routeOf(method) : undefined;
      return typeof method === 'function' && route !== undefined && isHot(route.name) ? [bind(controller, method, route)] : [];
    });
  }
}

function isHot(name: RouteName): boolean {
  return hotRouteNames.some((hot) => hot === name);
}

function bind(controller: object, method: Function, route: NamedRoute): HotEndpoint {
  refuseUnknownDecorators(controller.constructor, method);
  const readers = argumentReadersOf(method);
  const run: HotEndpoint['run'] = (request, reply) =>
    Reflect.apply(
      method,
      controller,
      readers.map((read) => read(request, reply)),
    );
  return { route, run };
}

/** Authenticates, checks, runs and answers, in the order of Nest's pipeline. Awaits only what really is a promise: most checks cost less. */
function handlerOf({ route, run }: HotEndpoint, verifier: TokenVerifier, checks: RouteChecks): RouteHandlerMethod {
  const status = successStatusOf(route);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const caller = verifier.verify(bearerToken(request.headers) ?? '');
      request.caller = caller instanceof Promise ? await caller : caller;
      const checking = checks.checkRequest(route, request);
      if (checking !== undefined) await checking;
      reply.status(status);
      const body = await run(request, reply);
      if (!reply.sent) reply.header('content-type', jsonType).send(jsonOf(body));
    } catch (error) {
      sendProblem(reply, error);
    }
  };
  return (request, reply) => {
    if (hasEmptyParameter(request.params)) reply.callNotFound();
    else void answer(request, reply);
  };
}

/** `/v1/conversations//messages` matches the router's pattern, yet is no route of the contract. */
function hasEmptyParameter(params: unknown): boolean {
  return typeof params === 'object' && params !== null && Object.values(params).includes('');
}
