import { address, integer, redisAddress, toggle } from './setting.js';

/** Databases, the conversation log and its persistence. */
export const storageSettings = {
  databaseUrl: address('Address of Postgres. Unset: Parley starts its own Postgres in DATA_DIR.', ['postgres:', 'postgresql:'], {
    flag: '--database-url',
    secret: true,
  }),
  redisUrl: redisAddress(
    'Address of Redis; turns cluster mode on. Several hosts separated by commas, or `?cluster=true`, mean a Redis Cluster. Unset: a single process that keeps everything in Postgres.',
    { flag: '--redis-url' },
  ),
  redisDurabilityCheck: toggle(
    'Whether to refuse a Redis that could lose acknowledged messages (`appendonly no`, a `maxmemory-policy` that evicts). Turn it off for tests only.',
    true,
  ),
  shardCount: integer(
    'Number of shards of the outbox, which is the number of persistence jobs that can run in parallel. Must not change once there is data. A single process without Redis uses at most 4.',
    {
      max: 1024,
      byDefault: 16,
    },
  ),
  persistBatchMax: integer('Maximum number of log entries that are persisted in one transaction.', { max: 10_000, byDefault: 1000 }),
  backlogEntriesMax: integer(
    'Maximum number of acknowledged entries that wait for persistence; beyond it sends are refused with `overloaded`.',
    {
      byDefault: 1_000_000,
    },
  ),
  retentionDefaultSeconds: integer(
    'Seconds after which messages expire in conversations without a retention of their own: hidden at once, then deleted. 0 keeps them.',
    { min: 0, byDefault: 0 },
  ),
  deletedConversationUndoSeconds: integer('Seconds for which a deleted conversation can be restored; then everything of it is deleted.', {
    min: 0,
    byDefault: 604_800,
  }),
} as const;
