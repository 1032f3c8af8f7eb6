import { routes, type RouteName, type Routes } from '#contracts/routes.js';
import { nestPath } from '../endpoint.js';

/** Routes of users: their callers can be known already. Others have no place on the fast path. */
type UserRouteName = { [N in RouteName]: Routes[N]['auth'] extends 'user' ? N : never }[RouteName];

/** The routes that clients call all the time. They are answered on the fast path, every other one by Nest's pipeline. */
export const hotRoutes = ['message.send', 'message.history', 'receipt.put', 'sync.post'] as const satisfies readonly UserRouteName[];

export type HotRouteName = (typeof hotRoutes)[number];

const byAddress: ReadonlyMap<string, HotRouteName> = new Map(
  hotRoutes.map((name) => [`${routes[name].method} ${nestPath(routes[name].path)}`, name]),
);

/** The hot route with this method and path as the router writes them, if it is one. */
export function hotRouteAt(method: string, path: string): HotRouteName | undefined {
  return byAddress.get(`${method} ${path}`);
}

/** The name as that of a hot route, if it is one. */
export function asHotRoute(name: RouteName): HotRouteName | undefined {
  return hotRoutes.find((hot) => hot === name);
}
