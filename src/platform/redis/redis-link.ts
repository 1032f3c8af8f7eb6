import { Cluster, type Redis } from 'ioredis';
import { openRedis, type RedisClient, type RedisUse } from './redis-client.js';
import type { RedisAddress } from './parse-redis-url.js';

const pingEveryMs = 1000;
/** After this without an answer Redis counts as away: whoever can do without it need not wait for a time limit. */
const unresponsiveAfterMs = 700;
/** A link that stays silent so long while it looks open is cut and made anew. */
const silentMaxMs = 6000;

/**
 * A connection that is asked each second whether it lives. One that swallows bytes looks open for ever: it is cut then,
 * and comes back as another one.
 */
export class RedisLink {
  readonly client: RedisClient;
  private timer: NodeJS.Timeout | undefined;
  private isAnswering = false;
  private isClosed = false;
  private isAsking = false;
  private answeredAt = performance.now();

  constructor(address: RedisAddress, use: RedisUse, name: string, onError: (err: Error) => void) {
    this.client = openRedis(address, use, name);
    this.client.on('error', onError);
    this.client.on('ready', () => {
      this.isAnswering = true;
      this.answeredAt = performance.now();
    });
    this.client.on('close', () => {
      this.isAnswering = false;
    });
  }

  /** Whether Redis answered when it was asked last. False while it is away, stopped or unreachable. */
  get isResponsive(): boolean {
    return this.isAnswering;
  }

  /** Resolves when the connection can be used; rejects after `withinMs`. */
  async ready(withinMs: number): Promise<void> {
    if (this.client.status === 'ready') return;
    let timer: NodeJS.Timeout | undefined;
    let lastError: Error | undefined;
    const note = (err: Error) => {
      lastError = err;
    };
    this.client.on('error', note);
    try {
      await new Promise<void>((resolve, reject) => {
        this.client.once('ready', () => resolve());
        timer = setTimeout(() => reject(lastError ?? new Error(`no answer within ${withinMs} ms`)), withinMs);
      });
    } finally {
      clearTimeout(timer);
      this.client.off('error', note);
    }
  }

  /** Starts to ask. */
  watch(): void {
    this.timer ??= setInterval(() => void this.ask(), pingEveryMs).unref();
  }

  /** Cuts the connection and opens another one. */
  renew(): void {
    if (this.isClosed) return;
    this.isAnswering = false;
    this.answeredAt = performance.now();
    this.client.disconnect(true);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    this.client.disconnect();
  }

  private async ask(): Promise<void> {
    if (this.client.status !== 'ready' || this.isAsking) return;
    this.isAsking = true;
    const slow = setTimeout(() => {
      this.isAnswering = false;
    }, unresponsiveAfterMs);
    try {
      await Promise.all(this.nodes().map((node) => node.ping()));
      this.isAnswering = true;
      this.answeredAt = performance.now();
    } catch {
      this.isAnswering = false;
      if (performance.now() - this.answeredAt > silentMaxMs) this.renew();
    } finally {
      clearTimeout(slow);
      this.isAsking = false;
    }
  }

  private nodes(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }
}
