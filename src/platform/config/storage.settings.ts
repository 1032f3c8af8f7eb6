import { address, integer, redisAddress, toggle } from './setting.js';

/** Databases, the conversation log and its persistence. */
export const storageSettings = {
  databaseUrl: address('Postgres to use. Unset: Parley starts its own below DATA_DIR.', ['postgres:', 'postgresql:'], {
    flag: '--database-url',
    secret: true,
  }),
  redisUrl: redisAddress(
    'Redis to use; switches cluster mode on. Several hosts separated by commas, or `?cluster=true`, are a Redis Cluster. Unset: one process, everything in Postgres.',
    { flag: '--redis-url' },
  ),
  redisDurabilityCheck: toggle(
    'Refuse a Redis that would lose what is acknowledged (`appendonly no`, a `maxmemory-policy` that evicts). Off is for tests alone.',
    true,
  ),
  shardCount: integer('Shards of the outbox: how many persistence jobs can run side by side. Fixed once there is data.', {
    max: 1024,
    byDefault: 16,
  }),
  persistBatchMax: integer('Log entries persisted in one transaction.', { max: 10_000, byDefault: 1000 }),
  backlogEntriesMax: integer('Acknowledged entries that may wait for persistence; above it sends are refused with `overloaded`.', {
    byDefault: 1_000_000,
  }),
} as const;
