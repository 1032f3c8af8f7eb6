import { setTimeout as wait } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { openRedis, type RedisClient, type RedisUse } from './redis-client.js';
import type { RedisAddress } from './parse-redis-url.js';
import { SilenceWatch } from './silence-watch.js';

const checkEveryMs = 500;
const readyCheckMs = 10;

/**
 * A connection that is checked twice a second. A dead connection can look open for ever: when nothing arrived for three seconds
 * although a reply was due, it is cut, and the client connects again.
 */
export class RedisLink {
  readonly client: RedisClient;
  private readonly watches = new Map<Redis, SilenceWatch>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    address: RedisAddress,
    use: RedisUse,
    name: string,
    onError: (error: Error) => void,
    private readonly onClosed: (link: RedisLink) => void,
  ) {
    this.client = openRedis(address, use, name);
    this.client.on('error', onError);
    this.timer = setInterval(() => this.checkNodes(), checkEveryMs).unref();
  }

  /** Whether Redis answers. False while it is down, stopped or unreachable: callers that have an alternative need not wait. */
  get isResponsive(): boolean {
    if (this.client.status !== 'ready') return false;
    return this.nodes().every((node) => this.watches.get(node)?.isAnswering ?? true);
  }

  /** Resolves when the connection can be used; for a Redis Cluster, when all masters are connected and all slots served. Rejects after `withinMs`. */
  async awaitReady(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    let lastError: Error | undefined;
    const noteError = (error: Error) => {
      lastError = error;
    };
    this.client.on('error', noteError);
    try {
      while (!this.isReady() || !(await this.areAllSlotsServed())) {
        if (performance.now() > deadline) throw lastError ?? new Error(`no answer within ${withinMs} ms`);
        await wait(readyCheckMs);
      }
    } finally {
      this.client.off('error', noteError);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.client.disconnect();
    this.onClosed(this);
  }

  private isReady(): boolean {
    const nodes = this.nodes();
    return this.client.status === 'ready' && nodes.length > 0 && nodes.every((node) => node.status === 'ready');
  }

  /** Whether a Redis Cluster reports that all its slots are served; right after its nodes have started it does not. */
  private async areAllSlotsServed(): Promise<boolean> {
    if (!(this.client instanceof Cluster)) return true;
    const state = await this.client.cluster('INFO').catch(() => '');
    return state.includes('cluster_state:ok');
  }

  private checkNodes(): void {
    const nodes = this.nodes();
    for (const node of this.watches.keys()) if (!nodes.includes(node)) this.watches.delete(node);
    const now = performance.now();
    for (const node of nodes) {
      const watch = this.watches.get(node) ?? new SilenceWatch(node);
      this.watches.set(node, watch);
      watch.checkConnection(now);
    }
  }

  private nodes(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }
}
