import { route, type RouteSpec } from '../route.js';
import { exampleSyncInput, exampleSyncResult } from './examples.js';
import { SyncInput, SyncResult } from './schemas.js';

export const syncRoutes = {
  'sync.post': route({
    method: 'POST',
    path: '/v1/sync',
    tag: 'sync',
    auth: 'user',
    summary: 'Catch up on everything missed',
    description: 'Returns what changed in each conversation since the given `epoch` and `rev`, however long the client was away.',
    body: SyncInput,
    responses: { 200: SyncResult },
    example: { body: exampleSyncInput, response: exampleSyncResult },
  }),
} as const satisfies Record<string, RouteSpec>;
