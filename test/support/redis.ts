import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { killAtExit } from './kill-at-exit.js';
import { freePort } from './postgres.js';
import { until, within } from './until.js';

const programs = ['redis-server', 'valkey-server'];

const redisRemedy =
  'install it: `apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS (7.0 or newer; Valkey will do)';

export interface RedisServerOptions {
  /** `always`, `everysec` (default) or `no`. */
  readonly appendfsync?: string;
  readonly maxmemory?: string;
  /** Starts it in cluster mode, to be joined by `startRedisCluster`. */
  readonly isClusterMember?: boolean;
}

/** A Redis for one test, with a data folder that outlives its processes. */
export interface RedisServer {
  readonly url: string;
  /** The folder of the append-only file. */
  readonly folder: string;
  start(): Promise<void>;
  /** Sends SIGKILL, so that nothing more is written. */
  kill(): Promise<void>;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** The installed `redis-server`. Throws with a remedy if there is none; `npm test` skips these files in that case. */
function redisProgram(): string {
  const found = programs.find((program) => {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`no Redis to test with; ${redisRemedy}`);
  return found;
}

/** Starts a Redis that keeps everything it acknowledges. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = redisProgram();
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: options.appendfsync ?? 'everysec',
    maxmemory: options.maxmemory ?? '0',
    'maxmemory-policy': 'noeviction',
    ...(options.isClusterMember && { 'cluster-enabled': 'yes', 'cluster-port': await freePort() }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let end: () => Promise<void> = () => Promise.resolve();
  const start = async (): Promise<void> => {
    const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'ignore'] });
    killAtExit(child);
    const exited = once(child, 'exit');
    const ready = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.includes('Ready to accept connections')) resolve();
      });
    });
    end = async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    };
    const died = exited.then(() => Promise.reject(new Error('Redis did not start')));
    died.catch(() => undefined);
    await within(10_000, 'Redis is ready', Promise.race([ready, died]));
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    folder,
    start,
    kill: () => end(),
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const slots = 16_384;

/** Starts a Redis Cluster with the given number of masters; returns its address. */
export async function startRedisCluster(masters = 3): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const servers = await Promise.all(Array.from({ length: masters }, () => startRedis({ isClusterMember: true })));
  const clients = servers.map(({ url }) => new Redis(url));
  const [first] = clients;
  for (const [index, client] of clients.entries()) {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', Math.floor((slots / masters) * index), Math.floor((slots / masters) * (index + 1)) - 1);
    const bus = /^\S+ \S*:\d+@(\d+)/.exec(String(await client.cluster('NODES')))?.[1] ?? '';
    if (client !== first) await first?.call('CLUSTER', 'MEET', '127.0.0.1', String(client.options.port), bus);
  }
  await until(
    'the masters agree',
    async () => {
      const states = await Promise.all(clients.map(async (client) => String(await client.cluster('INFO'))));
      return states.every((state) => state.includes('cluster_state:ok') && state.includes(`cluster_known_nodes:${masters}`));
    },
    { timeoutMs: 30_000 },
  );
  for (const client of clients) client.disconnect();
  return {
    url: servers.map(({ url }) => url).join(','),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
