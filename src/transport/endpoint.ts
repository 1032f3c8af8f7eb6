import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import { routes, type RouteInput, type RouteName, type RouteOutput, type RouteSpec } from '#contracts/routes.js';
import type { JsonText } from '#platform/json-text.js';

const routeKey = 'parley:route';

/** A route of the contract with its name. */
export interface NamedRoute extends RouteSpec {
  readonly name: RouteName;
}

type Answer<N extends RouteName> = RouteOutput<N> | JsonText<RouteOutput<N> & object>;
type Handler<N extends RouteName> = (...args: never[]) => Answer<N> | Promise<Answer<N>>;

/** Whether a parameter with the shape of a route's input is the input of this route. Other parameters (caller, reply, request) always fit. */
type Fits<N extends RouteName, P> = P extends {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly raw?: never;
}
  ? RouteInput<N> extends P
    ? true
    : false
  : true;
type Checked<N extends RouteName, A extends readonly unknown[]> = false extends { [I in keyof A]: Fits<N, A[I]> }[number]
  ? { readonly 'an argument is the input of another route': never }
  : unknown;

/**
 * Binds a controller's method to a route of the contract, with its HTTP method, path, success status and authentication.
 * The compiler checks the types of the method's arguments and answer against the contract.
 */
export function Endpoint<N extends RouteName>(name: N) {
  const spec: RouteSpec = routes[name];
  const decorate = applyDecorators(
    RequestMapping({ method: RequestMethod[spec.method], path: nestPath(spec.path) }),
    HttpCode(successStatusOf(spec)),
    SetMetadata(routeKey, { ...spec, name } satisfies NamedRoute),
  );
  return <M extends Handler<N>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & Checked<N, Parameters<M>>,
  ): void => {
    decorate(target, key, descriptor);
  };
}

/** The route that a handler is bound to, or undefined for a handler outside the contract. */
export function routeOf(handler: object): NamedRoute | undefined {
  return Reflect.getMetadata(routeKey, handler);
}

/** The status of an answer that sets none: 201 if the route has one, otherwise its lowest. */
export function successStatusOf(spec: Pick<RouteSpec, 'responses'>): number {
  const statuses = Object.keys(spec.responses).map(Number);
  return statuses.includes(201) ? 201 : Math.min(...statuses);
}

/** A path of the contract in the router's notation: `/v1/users/{userId}` becomes `/v1/users/:userId`. */
export function nestPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
