/**
 * The one description of a Parley cluster: what runs, how many of each, and with which settings. `npm run cluster` starts
 * it as processes, `deploy/haproxy.cfg` is written from it, and a test compares docker-compose.yml and the Kubernetes
 * manifests with it.
 */
export const topology = {
  api: { count: 2, port: 3000 },
  worker: { count: 2, port: 3000 },

  /**
   * What Node is started with: one helper thread for each process, not four. While four mark the heap on a machine of two cores,
   * nobody is answered for a tenth of a second.
   */
  nodeFlags: ['--v8-pool-size=1'],

  /** Plain settings of every node. */
  environment: {
    NODE_ENV: 'production',
    // One proxy stands before the nodes, and it says whose the address is.
    TRUST_PROXY: '1',
    ADMIN_USERNAME: 'operator',
  },

  /** Settings that are given in files, as `<NAME>_FILE`; the value is the file's name. */
  secretFiles: {
    AUTH_SECRET: 'auth-secret',
    DATABASE_URL: 'database-url',
    REDIS_URL: 'redis-url',
    ADMIN_PASSWORD: 'admin-password',
    METRICS_TOKEN: 'metrics-token',
  },

  health: { live: '/health/live', ready: '/health/ready' },

  /** Seconds until what does not stop by itself is ended by force. A node stops within SHUTDOWN_TIMEOUT_MS (9 s). */
  stopGraceSeconds: { node: 15, proxy: 15, redis: 15, postgres: 30 },

  redis: {
    port: 6379,
    /** Masters of a Redis Cluster, where one Redis is not enough. */
    clusterMasters: 3,
    settings: {
      // The conversation log lives here: without these three an acknowledgement is no promise.
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      // The default, said aloud: `yes` would suspend fsync for as long as the file is rewritten.
      'no-appendfsync-on-rewrite': 'no',
      // The append-only file is the persistence; snapshots would copy the memory once more for nothing.
      save: '',
      maxmemory: '2gb',
      // The log's sets hold some hundred entries that come and go all the time. As a packed list each lookup reads the half of it.
      'hash-max-listpack-entries': '16',
      'zset-max-listpack-entries': '16',
      // The log is small and its file grows fast: at the default of 64 MB it is written anew every few seconds under load.
      'auto-aof-rewrite-min-size': '256mb',
    },
  },

  postgres: {
    port: 5432,
    settings: {
      // The defaults, said aloud: what Postgres committed is on disk.
      fsync: 'on',
      synchronous_commit: 'on',
      // Each node's pool takes 12; the rest is for migrations, maintenance and people.
      max_connections: '200',
      shared_buffers: '256MB',
      max_wal_size: '2GB',
    },
  },

  proxy: {
    port: 8080,
    connectionsMax: 20_000,
    stickyCookie: 'parley-node',
    check: { intervalSeconds: 1, fall: 2, rise: 2 },
    timeoutSeconds: {
      connect: 3,
      check: 3,
      queue: 5,
      'http-request': 10,
      'http-keep-alive': 30,
      // Above the 45 s that a long poll may wait, and equal to what a node allows (CONNECTION_TIMEOUT_MS).
      client: 60,
      server: 60,
      // A socket is never silent for longer than its heartbeat: 25 s between pings, 20 s for the answer.
      tunnel: 90,
    },
  },
} as const;

/** `api-1`, `api-2` ... */
export function nodeNames(kind: 'api' | 'worker', count: number = topology[kind].count): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

/** Redis' settings as it takes them on its command line. */
export function redisFlags(): string[] {
  return Object.entries(topology.redis.settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Postgres' settings as it takes them on its command line. */
export function postgresFlags(): string[] {
  return Object.entries(topology.postgres.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
