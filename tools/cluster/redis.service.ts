import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemEnvironment } from '#platform/config/system-environment.js';
import { runProgram } from '#platform/embedded-postgres/run-program.js';
import { StartError } from '#platform/start-error.js';
import { findProgram } from './find-program.js';
import type { ProcessSpec } from './supervised-process.js';
import { redisFlags, topology } from './topology.js';

const host = '127.0.0.1';
const remedy = 'on Debian and Ubuntu: apt-get install redis-server (7.0 or newer, or Valkey)';

export interface RedisOptions {
  readonly dataDir: string;
  readonly name: string;
  readonly port: number;
  readonly password: string;
  /** The port on which members of a Redis Cluster talk to each other. Makes this Redis a member. */
  readonly busPort?: number;
}

/** Path of the server of Redis or Valkey. If it is missing, throws a `StartError` that says how to install it. */
export function redisProgram(): string {
  return findProgram(['redis-server', 'valkey-server'], remedy);
}

/** One Redis with the settings of the topology and its own folder. */
export function redisService({ dataDir, name, port, password, busPort }: RedisOptions): ProcessSpec {
  const folder = join(dataDir, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The password is in a file, because every user of the machine can read the command line of a process.
  const secretConfig = join(folder, 'auth.conf');
  writeFileSync(secretConfig, `requirepass ${password}\n`, { mode: 0o600 });
  const cluster = busPort === undefined ? [] : ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
  return {
    name,
    program: redisProgram(),
    args: [secretConfig, '--port', String(port), '--bind', host, '--dir', folder, ...redisFlags(), ...cluster],
    environment: systemEnvironment(),
    directory: folder,
    stopSignal: 'SIGTERM',
    stopGraceSeconds: topology.stopGraceSeconds.redis,
    isReady: () => ask(port, password, async (redis) => (await redis.ping()) === 'PONG'),
  };
}

/** Distributes the slots over the masters, unless an earlier run did. Resolves when all masters agree. */
export async function joinRedisCluster(members: readonly RedisOptions[]): Promise<void> {
  const [first] = members;
  if (first === undefined) return;
  const known = await ask(first.port, first.password, (redis) => redis.cluster('INFO'));
  if (!/cluster_slots_assigned:16384/.test(String(known))) await createRedisCluster(members, first.password);
  for (const deadline = Date.now() + 30_000; ;) {
    const states = await Promise.all(members.map(({ port, password }) => ask(port, password, (redis) => redis.cluster('INFO'))));
    if (states.every((state) => /cluster_state:ok/.test(String(state)))) return;
    if (Date.now() > deadline) throw new StartError('the masters of the Redis Cluster do not agree after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function createRedisCluster(members: readonly RedisOptions[], password: string): Promise<void> {
  const addresses = members.map(({ port, busPort }) => `${host}:${port}@${busPort}`);
  const cli = findProgram(['redis-cli', 'valkey-cli'], remedy);
  const args = ['-a', password, '--no-auth-warning', '--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'];
  const { exitCode, output } = await runProgram(cli, args);
  if (exitCode !== 0) throw new StartError(`the Redis Cluster could not be created:\n${output}`);
}

async function ask<T>(port: number, password: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({
    host,
    port,
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2000,
    commandTimeout: 3000,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
