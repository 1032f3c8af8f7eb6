import { setTimeout as wait } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { openRedis, type RedisClient, type RedisUse } from './redis-client.js';
import type { RedisAddress } from './parse-redis-url.js';
import { SilenceWatch } from './silence-watch.js';

const lookEveryMs = 500;
const readyLookMs = 10;

/**
 * A connection that is asked again and again whether it lives. One that swallows bytes looks open for ever: when nothing at all
 * came for three seconds though something was asked, it is cut, and comes back as another one.
 */
export class RedisLink {
  readonly client: RedisClient;
  private readonly watches = new Map<Redis, SilenceWatch>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    address: RedisAddress,
    use: RedisUse,
    name: string,
    onError: (err: Error) => void,
    private readonly onClosed: (link: RedisLink) => void,
  ) {
    this.client = openRedis(address, use, name);
    this.client.on('error', onError);
    this.timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Whether Redis answers. False while it is away, stopped or unreachable: whoever can do without it need not wait. */
  get isResponsive(): boolean {
    if (this.client.status !== 'ready') return false;
    return this.nodes().every((node) => this.watches.get(node)?.isAnswering ?? true);
  }

  /** Resolves when the connection can be used, those to all masters of a Redis Cluster that is whole; rejects after `withinMs`. */
  async ready(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    let lastError: Error | undefined;
    const note = (err: Error) => {
      lastError = err;
    };
    this.client.on('error', note);
    try {
      while (!this.isReady() || !(await this.isWhole())) {
        if (performance.now() > deadline) throw lastError ?? new Error(`no answer within ${withinMs} ms`);
        await wait(readyLookMs);
      }
    } finally {
      this.client.off('error', note);
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

  /** Whether a Redis Cluster says of itself that all its slots are served; it does not at once after its nodes have started. */
  private async isWhole(): Promise<boolean> {
    if (!(this.client instanceof Cluster)) return true;
    const state = await this.client.cluster('INFO').catch(() => '');
    return state.includes('cluster_state:ok');
  }

  private look(): void {
    const nodes = this.nodes();
    for (const node of this.watches.keys()) if (!nodes.includes(node)) this.watches.delete(node);
    const now = performance.now();
    for (const node of nodes) {
      const watch = this.watches.get(node) ?? new SilenceWatch(node);
      this.watches.set(node, watch);
      watch.look(now);
    }
  }

  private nodes(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }
}
