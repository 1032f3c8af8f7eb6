import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { faultPoint } from '#platform/fault-points.js';
import { QueueProducer } from './queue-producer.js';

/**
 * Milliseconds from one job of a shard to the next. Nothing waits for persistence, and a shard that waits is persisted in larger batches:
 * its conversations' marks move once for several messages.
 */
const shardIntervalMs = 500;
/** After the first job of an idle shard, its second job runs at least this much later, at the shard's own moment of the interval. */
const shardRestMs = shardIntervalMs / 2;
const retryFirstMs = 50;
const retryMaxMs = 5_000;

/**
 * Requests persistence of shards, cheaply enough to be called on every commit. An idle shard gets its job at once. A busy one gets it at
 * its own moment of each half second, the same on every node, so that the busy shards take turns and do not all load the machine at
 * once. At most one `addBulk` is in flight, however many wakes come. A failed one is retried with backoff; the maintenance task `sweep`
 * finds the shards that a crash loses.
 */
@Injectable()
export class ShardWaker implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ShardWaker.name);
  private readonly waiting = new Set<number>();
  /** By shard; milliseconds of `performance.now()`. */
  private readonly restsUntil: number[] = [];
  private drain: Promise<void> | undefined;
  private isStopping = false;

  constructor(@Inject(QueueProducer) private readonly producer: QueueProducer) {}

  /** Makes sure that a persistence job of `shard` starts after this call. Never throws, never waits. */
  wakeShard(shard: number): void {
    this.waiting.add(shard);
    this.drain ??= this.drainWaiting();
  }

  /** Resolves when no shard waits for its job to be added. */
  async whenIdle(): Promise<void> {
    await this.drain;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.drain;
  }

  private async drainWaiting(): Promise<void> {
    // The other wakes of this turn join the first call.
    await Promise.resolve();
    let retryMs = retryFirstMs;
    while (this.waiting.size > 0) {
      const now = performance.now();
      const rests = [...this.waiting].map((shard) => ({ shard, restMs: (this.restsUntil[shard] ?? now) - now }));
      const rested = rests.filter(({ restMs }) => restMs <= 0 || this.isStopping).map(({ shard }) => shard);
      if (rested.length === 0) {
        await pause(Math.min(...rests.map(({ restMs }) => restMs)));
        continue;
      }
      const isAdded = await this.addJobs(rested);
      if (this.isStopping) break;
      if (isAdded) for (const shard of rested) this.restsUntil[shard] = now + restOf(shard);
      else await pause(retryMs);
      retryMs = isAdded ? retryFirstMs : Math.min(retryMs * 2, retryMaxMs);
    }
    // In the same turn as the check of `waiting`: a later wake starts a new drain.
    this.drain = undefined;
  }

  private async addJobs(shards: readonly number[]): Promise<boolean> {
    for (const shard of shards) this.waiting.delete(shard);
    try {
      faultPoint('queue.before');
      await this.producer.addBulk('persistence', shards.map(persistJob));
      faultPoint('queue.after');
      return true;
    } catch (error) {
      for (const shard of shards) this.waiting.add(shard);
      this.logger.warn({ err: error, shards: shards.length }, 'persistence jobs could not be added yet');
      return false;
    }
  }
}

/** The persistence job of a shard: at most one waits and one runs, and a wake during the running one makes another run. */
function persistJob(shard: number) {
  return { jobName: 'persist-shard', data: { shard }, deduplicationId: `shard-${shard}`, keepLastIfActive: true };
}

/**
 * Milliseconds until the shard's next moment that is at least `shardRestMs` away. The moments are spread evenly over the interval for any
 * number of shards (van der Corput's sequence).
 */
function restOf(shard: number): number {
  let moment = 0;
  for (let [digits, share] = [shard, shardIntervalMs / 2]; digits > 0; digits >>= 1, share /= 2) if (digits % 2 === 1) moment += share;
  const earliest = (clock.now() + shardRestMs) % shardIntervalMs;
  return shardRestMs + ((moment - earliest + shardIntervalMs) % shardIntervalMs);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
