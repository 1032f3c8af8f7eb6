import type { RouteSpec } from '../route.js';
import { SyncInput, SyncResult } from './schemas.js';

export const syncRoutes = {
  'sync.post': {
    method: 'POST',
    path: '/v1/sync',
    tag: 'sync',
    auth: 'user',
    summary: 'Everything that changed since (epoch, rev), per conversation, in pages',
    body: SyncInput,
    responses: { 200: SyncResult },
  },
} as const satisfies Record<string, RouteSpec>;
