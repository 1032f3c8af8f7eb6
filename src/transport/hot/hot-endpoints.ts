import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type NamedRoute, nestPath, routeOf, successStatusOf } from '../endpoint.js';
import { argumentReadersOf } from '../handler-arguments.js';
import type { RestReply, RestRequest } from '../rest-exchange.js';
import { asHotRoute, type HotRouteName } from './hot-routes.js';
import { refuseUnknownDecorators, refuseUnknownParts } from './pipeline-parts.js';

/** A hot route with the controller's method that answers it. */
export interface HotEndpoint {
  readonly route: NamedRoute;
  /** Its path as the router writes it. */
  readonly path: string;
  /** The status of an answer for which the method chooses none. */
  readonly status: number;
  /** Calls the method with its arguments, read from the request. */
  readonly run: (request: RestRequest, reply: RestReply) => unknown;
}

/** Finds the controller's method of each hot route. */
@Injectable()
export class HotEndpoints {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * The hot routes of this process by name; a worker has none. Throws when a route has two methods, or when Nest's pipeline does
   * something for one that the fast path does not know of.
   */
  build(): ReadonlyMap<HotRouteName, HotEndpoint> {
    const table = new Map<HotRouteName, HotEndpoint>();
    for (const { instance } of this.discovery.getControllers()) {
      for (const [name, endpoint] of this.endpointsOf(instance)) {
        if (table.has(name)) throw new Error(`${name} has two handlers`);
        table.set(name, endpoint);
      }
    }
    if (table.size > 0) refuseUnknownParts(this.discovery.getProviders());
    return table;
  }

  private endpointsOf(controller: unknown): [HotRouteName, HotEndpoint][] {
    if (typeof controller !== 'object' || controller === null) return [];
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(controller)).flatMap((key) => {
      const method: unknown = Reflect.get(controller, key);
      const route = typeof method === 'function' ? routeOf(method) : undefined;
      const name = route === undefined ? undefined : asHotRoute(route.name);
      if (typeof method !== 'function' || route === undefined || name === undefined) return [];
      return [[name, bind(controller, method, route)]];
    });
  }
}

function bind(controller: object, method: Function, route: NamedRoute): HotEndpoint {
  refuseUnknownDecorators(controller.constructor, method);
  const readers = argumentReadersOf(method);
  return {
    route,
    path: nestPath(route.path),
    status: successStatusOf(route),
    run: (request, reply) =>
      Reflect.apply(
        method,
        controller,
        readers.map((read) => read(request, reply)),
      ),
  };
}
