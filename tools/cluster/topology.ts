/**
 * The single description of a Parley cluster: its processes, their numbers and their settings. `npm run cluster` starts it as
 * processes, `deploy/haproxy.cfg` is generated from it, and a test compares docker-compose.yml and the Kubernetes manifests
 * with it.
 */
export const topology = {
  api: { count: 2, port: 3000 },
  worker: { count: 2, port: 3000 },

  /**
   * Flags for Node: one helper thread per process instead of four. While four threads mark the heap on a machine with two cores,
   * no request is answered for a tenth of a second.
   */
  nodeFlags: ['--v8-pool-size=1'],

  /** Plain settings of every node. */
  environment: {
    NODE_ENV: 'production',
    // The nodes are behind one proxy, which reports the client's address.
    TRUST_PROXY: '1',
    ADMIN_USERNAME: 'operator',
  },

  /** Settings that are read from files, as `<NAME>_FILE`. The value is the file's name. */
  secretFiles: {
    AUTH_SECRET: 'auth-secret',
    DATABASE_URL: 'database-url',
    REDIS_URL: 'redis-url',
    ADMIN_PASSWORD: 'admin-password',
    METRICS_TOKEN: 'metrics-token',
  },

  health: { live: '/health/live', ready: '/health/ready' },

  /** Seconds after which a process that does not stop is killed. A node stops within SHUTDOWN_TIMEOUT_MS (9 s). */
  stopGraceSeconds: { node: 15, proxy: 15, redis: 15, postgres: 30 },

  redis: {
    port: 6379,
    /** Masters of a Redis Cluster, for loads beyond a single Redis. */
    clusterMasters: 3,
    settings: {
      // Redis holds the conversation log, so acks depend on these three settings.
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      // The default, set explicitly: `yes` would suspend fsync while the file is rewritten.
      'no-appendfsync-on-rewrite': 'no',
      // The append-only file is the persistence, so snapshots would only copy the memory without a benefit.
      save: '',
      maxmemory: '2gb',
      // The log's sets hold some hundred entries that change all the time. In a packed list each lookup would read half of the entries.
      'hash-max-listpack-entries': '16',
      'zset-max-listpack-entries': '16',
      // The log is small but its file grows fast. With the default of 64 MB it would be rewritten every few seconds under load.
      'auto-aof-rewrite-min-size': '256mb',
    },
  },

  postgres: {
    port: 5432,
    settings: {
      // The defaults, set explicitly: committed data is on disk.
      fsync: 'on',
      synchronous_commit: 'on',
      // Each node's pool takes 12; the rest is for migrations, maintenance and operators.
      max_connections: '200',
      shared_buffers: '256MB',
      max_wal_size: '2GB',
    },
  },

  proxy: {
    port: 8080,
    connectionsMax: 20_000,
    stickyCookie: 'parley-node',
    /** The proxies in front whose `X-Forwarded-For` counts, unless TRUSTED_PROXIES names others: loopback and private networks. */
    trustedByDefault: ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
    check: { intervalSeconds: 1, fall: 2, rise: 2 },
    timeoutSeconds: {
      connect: 3,
      check: 3,
      queue: 5,
      'http-request': 10,
      'http-keep-alive': 30,
      // Longer than a long poll may wait (45 s), and equal to the limit of a node (CONNECTION_TIMEOUT_MS).
      client: 60,
      server: 60,
      // A socket is never silent longer than its heartbeat: 25 s between pings, 20 s for the answer.
      tunnel: 90,
    },
  },
} as const;

/** The names of the nodes of a kind: `api-1`, `api-2` ... */
export function nodeNames(kind: 'api' | 'worker', count: number = topology[kind].count): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

/** The settings of Redis as command line flags. */
export function redisFlags(): string[] {
  return Object.entries(topology.redis.settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The settings of Postgres as command line flags. */
export function postgresFlags(): string[] {
  return Object.entries(topology.postgres.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
