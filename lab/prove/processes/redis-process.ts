import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until, within } from '../../support/wait.js';
import { Child } from '../../support/child.js';
import { freePort } from '../../../tools/cluster/ports.js';
import { redisProgram } from '../../../tools/cluster/redis.service.js';
import { PowerLoss } from './power-loss.js';

export interface RedisOptions {
  readonly appendfsync: 'always' | 'everysec';
  /** Bytes; unlimited if undefined. */
  readonly maxmemory?: number;
}

/** A Redis with the settings that Parley requires. It can be killed, frozen and restarted on the same data and port. */
export class RedisProcess {
  /** Emulates power failures; undefined if this machine cannot. */
  readonly power: PowerLoss | undefined;
  /** When it was last started or emptied, on the harness's clock. It holds nothing older. */
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
    mkdirSync(join(folder, 'redis'), { recursive: true });
    const server = new RedisProcess(redisProgram(), folder, await freePort(), options);
    await server.start();
    return server;
  }

  get isRunning(): boolean {
    return this.child?.isRunning === true;
  }

  /** The folder of its append-only file. */
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

  /** Dies as in a power failure: data that was not synced to disk is lost. */
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

  /** Deletes all data. */
  async flush(): Promise<void> {
    await this.runCommand('FLUSHALL');
    this.remembersSince = performance.now();
  }

  /** Runs one command on its own connection. */
  async runCommand(command: string, ...args: ReadonlyArray<string | number>): Promise<unknown> {
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
    return this.runCommand('PING').then(
      (answer) => answer === 'PONG',
      () => false,
    );
  }
}
