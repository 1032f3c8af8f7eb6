import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until, within } from '../wait.js';
import { Child } from './child.js';
import { freePort } from './ports.js';
import { PowerLoss } from './power-loss.js';

export interface RedisOptions {
  readonly appendfsync: 'always' | 'everysec';
  /** Bytes; without one, no limit. */
  readonly maxmemory?: number;
}

/** The Redis server of this machine, or undefined when there is none. */
function redisServer(): string | undefined {
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      return execFileSync('/bin/sh', ['-c', `command -v ${name}`])
        .toString()
        .trim();
    } catch {
      continue;
    }
  }
  return undefined;
}

/** A Redis of the harness's own, set up as Parley asks for it, to be killed, stopped and started again on the same data and port. */
export class RedisProcess {
  /** Emulates power failures; undefined when this machine cannot. */
  readonly power: PowerLoss | undefined;
  /** When it was last started or emptied, on the harness's clock: what it has forgotten is older. */
  remembersSince = 0;
  private child: Child | undefined;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    readonly port: number,
    private readonly options: RedisOptions,
  ) {
    this.power = PowerLoss.prepare(folder, join(folder, 'redis'));
  }

  static async create(folder: string, options: RedisOptions): Promise<RedisProcess> {
    const binary = redisServer();
    if (binary === undefined) throw new Error('cluster mode needs redis-server or valkey-server on this machine');
    mkdirSync(join(folder, 'redis'), { recursive: true });
    const server = new RedisProcess(binary, folder, await freePort(), options);
    await server.start();
    return server;
  }

  get isRunning(): boolean {
    return this.child?.isRunning === true;
  }

  /** Where its append-only file lies. */
  get dataFolder(): string {
    return join(this.folder, 'redis');
  }

  url(port = this.port): string {
    return `redis://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const memory = this.options.maxmemory === undefined ? [] : ['--maxmemory', String(this.options.maxmemory)];
    this.child = new Child({
      command: this.binary,
      args: [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.dataFolder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', this.options.appendfsync, '--maxmemory-policy', 'noeviction', ...memory],
      ],
      env: this.power?.env,
      logFile: join(this.folder, 'redis.log'),
    });
    await until('Redis answers', () => this.answers(), 20_000, 20);
    this.remembersSince = performance.now();
  }

  async kill(): Promise<void> {
    await this.child?.kill();
  }

  /** Dies as in a power failure: what the disk had not finished to write is gone. */
  async loseUnsynced(): Promise<void> {
    await this.kill();
    this.power?.cut();
  }

  freeze(): void {
    this.child?.signal('SIGSTOP');
  }

  thaw(): void {
    this.child?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.child === undefined || !this.child.isRunning) return;
    this.child.signal('SIGTERM');
    await within(10_000, 'Redis has stopped', this.child.exited).catch(() => this.kill());
  }

  /** FLUSHALL: everything is gone. */
  async flush(): Promise<void> {
    await this.ask('FLUSHALL');
    this.remembersSince = performance.now();
  }

  /** One command on a connection of its own. */
  async ask(command: string, ...args: ReadonlyArray<string | number>): Promise<unknown> {
    const client = new Redis(this.port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: null,
      connectTimeout: 2000,
      commandTimeout: 5000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  private async answers(): Promise<boolean> {
    if (!this.isRunning) throw new Error(`Redis ended:\n${this.child?.lines.slice(-15).join('\n') ?? ''}`);
    return this.ask('PING').then(
      (answer) => answer === 'PONG',
      () => false,
    );
  }
}
