import { PageQuery, pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { examplePresence } from './examples.js';
import { Presence } from './schemas.js';

export const presenceRoutes = {
  'user.online': route({
    method: 'GET',
    path: '/v1/users/online',
    tag: 'users',
    auth: 'user',
    summary: 'List the users who are online',
    description:
      'Lists the contacts of the caller who are online and do not appear offline. Contacts share a private conversation that is not the lobby, and neither blocks the other. A page can be short even if more pages follow.',
    query: PageQuery,
    responses: { 200: pageOf(Presence) },
    example: { query: { limit: 50 }, response: { items: [examplePresence], nextCursor: null } },
  }),
} as const satisfies Record<string, RouteSpec>;
