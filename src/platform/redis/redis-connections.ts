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
  /** False only in tests: a Redis without an append-only file is accepted then. */
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
    this.shared = this.openLink('commands', 'parley');
  }

  /** Connects, and checks that Redis keeps what is acknowledged. Throws a `StartError` that says what to change. */
  static async connect({ url, isDurabilityChecked }: RedisOptions, log: Log): Promise<RedisConnections> {
    const connections = new RedisConnections(parseRedisUrl(url), log);
    try {
      await connections.shared.awaitReady(openTimeoutMs);
      if (isDurabilityChecked) await checkDurability(connections.commands, log);
      return connections;
    } catch (error) {
      connections.close();
      if (error instanceof StartError) throw error;
      throw new StartError(`Redis cannot be reached: ${errorMessage(error)}; see REDIS_URL`, 1, { cause: error });
    }
  }

  /** The shared connection for commands that clients wait for: they reject within 2 s, and at once while Redis is away. */
  get commands(): RedisClient {
    return this.shared.client;
  }

  /** Whether Redis answers. Callers that have an alternative check this first and save the wait. */
  get isResponsive(): boolean {
    return this.shared.isResponsive;
  }

  /** Opens another connection, to `server` if it is given. It is closed with the others, or by its `close`. */
  openLink(use: RedisUse, name: string, server?: { readonly host: string; readonly port: number }): RedisLink {
    const address = server === undefined ? this.address : { ...this.address, hosts: [server], isCluster: false };
    const link = new RedisLink(
      address,
      use,
      name,
      (error) => this.outage.reportError(error),
      (closed) => this.links.delete(closed),
    );
    this.links.add(link);
    return link;
  }

  /** Logs an error of Redis that occurred elsewhere; at most one line in 5 s. */
  reportError(error: unknown): void {
    this.outage.reportError(error);
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
