import { PageQuery, pageOf } from '../primitives.js';
import type { RouteSpec } from '../route.js';
import { Presence } from './schemas.js';

export const presenceRoutes = {
  'user.online': {
    method: 'GET',
    path: '/v1/users/online',
    tag: 'users',
    auth: 'user',
    summary: 'Who is online among those I share a conversation with',
    query: PageQuery,
    responses: { 200: pageOf(Presence) },
  },
} as const satisfies Record<string, RouteSpec>;
