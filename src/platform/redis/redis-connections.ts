import { errorMessage } from '../errors/error-facts.js';
import { OutageLog } from '../logging/outage-log.js';
import type { Log } from '../logging/log.js';
import { StartError } from '../start-error.js';
import { checkDurability } from './check-durability.js';
import { parseRedisUrl, type RedisAddress } from './parse-redis-url.js';
import { RedisLink } from './redis-link.js';
import type { RedisClient, RedisUse } from './redis-client.js';

export interface RedisOptions {
  readonly url: string;
  /** False in tests alone: a Redis without an append-only file is taken then. */
  readonly isDurabilityChecked: boolean;
}

const openTimeoutMs = 5000;

/** The connections of this process to Redis. Opened before the application, closed after it. */
export class RedisConnections {
  private readonly outage: OutageLog;
  private readonly links = new Set<RedisLink>();
  private readonly shared: RedisLink;

  private constructor(
    readonly address: RedisAddress,
    log: Log,
  ) {
    this.outage = new OutageLog(log, 'Redis is not reachable; work goes on when it is back');
    this.shared = this.open('commands', 'parley');
  }

  /** Connects and checks that Redis keeps what is acknowledged. Throws a `StartError` that says what to change. */
  static async connect({ url, isDurabilityChecked }: RedisOptions, log: Log): Promise<RedisConnections> {
    const connections = new RedisConnections(parseRedisUrl(url), log);
    try {
      await connections.shared.ready(openTimeoutMs);
      if (isDurabilityChecked) await checkDurability(connections.commands, log);
      return connections;
    } catch (error) {
      connections.close();
      if (error instanceof StartError) throw error;
      throw new StartError(`Redis cannot be reached: ${errorMessage(error)}; see REDIS_URL`, 1, { cause: error });
    }
  }

  /** For commands that somebody waits for, shared by all: rejects within 2 s, at once while Redis is away. */
  get commands(): RedisClient {
    return this.shared.client;
  }

  /** Whether Redis answers. Who can do without it looks here first and saves the wait. */
  get isResponsive(): boolean {
    return this.shared.isResponsive;
  }

  /** Opens another connection, to one server where one is named. It is closed with the others, or by its `close`. */
  open(use: RedisUse, name: string, server?: { readonly host: string; readonly port: number }): RedisLink {
    const address = server === undefined ? this.address : { ...this.address, hosts: [server], isCluster: false };
    const link = new RedisLink(
      address,
      use,
      name,
      (err) => this.outage.report(err),
      (closed) => this.links.delete(closed),
    );
    this.links.add(link);
    return link;
  }

  /** Reports trouble with Redis that was met elsewhere: one line in some seconds, however often. */
  report(err: unknown): void {
    this.outage.report(err);
  }

  /** Resolves when Redis answers, rejects within 2 s when it does not. */
  async ping(): Promise<void> {
    await this.commands.ping();
  }

  close(): void {
    this.outage.mute();
    for (const link of [...this.links]) link.close();
  }
}
