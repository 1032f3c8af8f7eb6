import type { z } from 'zod';
import { authRoutes } from './auth/routes.js';
import { conversationRoutes } from './conversations/routes.js';
import { messageRoutes } from './messages/routes.js';
import { operationRoutes } from './operations/routes.js';
import { presenceRoutes } from './presence/routes.js';
import { receiptRoutes } from './receipts/routes.js';
import type { RouteSpec } from './route.js';
import { syncRoutes } from './sync/routes.js';
import { userRoutes } from './users/routes.js';

export { authErrors, commonErrors, type HttpMethod, type RouteExample, type RouteSpec } from './route.js';

/** Every REST route by name. Controllers, OpenAPI and the tests' table of cases all come from here. */
export const routes = {
  ...authRoutes,
  ...userRoutes,
  ...presenceRoutes,
  ...conversationRoutes,
  ...messageRoutes,
  ...receiptRoutes,
  ...syncRoutes,
  ...operationRoutes,
} as const satisfies Record<string, RouteSpec>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

type Parsed<N extends RouteName, K extends string> = Routes[N] extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;

/** The input of a route's handler, parsed: path parameters, query and body. */
export interface RouteInput<N extends RouteName> {
  readonly params: Parsed<N, 'params'>;
  readonly query: Parsed<N, 'query'>;
  readonly body: Parsed<N, 'body'>;
}

type ResponseSchemas<N extends RouteName> = Routes[N]['responses'];
type Answer<S> = S extends z.ZodType ? z.output<S> : void;
/** What a route's handler returns: the body of any of its success statuses. */
export type RouteOutput<N extends RouteName> = { [K in keyof ResponseSchemas<N>]: Answer<ResponseSchemas<N>[K]> }[keyof ResponseSchemas<N>];
