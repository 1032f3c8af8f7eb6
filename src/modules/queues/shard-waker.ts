import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { faultPoint } from '#platform/fault-points.js';
import { QueueProducer } from './queue-producer.js';

/**
 * Persistence is not in a hurry: nobody waits for it, and what waits half a second is persisted in larger batches, with one
 * move of a conversation's marks for several of its messages. Milliseconds from one job of a shard to the next.
 */
const shardIntervalMs = 500;
/** After its first job a shard comes into step with the clock: its second one comes after this at the earliest. */
const shardRestMs = shardIntervalMs / 2;
const retryFirstMs = 50;
const retryMaxMs = 5_000;

/**
 * Asks for a shard to be persisted, cheaply enough to be called on every commit. A shard that has rested goes out at once, one that has
 * not at its own moment of each half second, the same on every node: shards that are busy take turns, and the machine is not busy
 * with all of them at once while people wait for it. One `addBulk` is in flight at most, however many ask. A failed one is repeated
 * with backoff; the sweep finds what a crash loses.
 */
@Injectable()
export class ShardWaker implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ShardWaker.name);
  private readonly waiting = new Set<number>();
  /** By shard; milliseconds of `performance.now()`. */
  private readonly restsUntil: number[] = [];
  private flight: Promise<void> | undefined;
  private isStopping = false;

  constructor(@Inject(QueueProducer) private readonly producer: QueueProducer) {}

  /** Makes sure that a persistence job of `shard` starts after now. Never throws, never waits. */
  wake(shard: number): void {
    this.waiting.add(shard);
    this.flight ??= this.drain();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.flight;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.flight;
  }

  private async drain(): Promise<void> {
    // Lets the rest of this turn's wakes join the first flight.
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
      const isAdded = await this.fly(rested);
      if (this.isStopping) break;
      if (isAdded) for (const shard of rested) this.restsUntil[shard] = now + restOf(shard);
      else await pause(retryMs);
      retryMs = isAdded ? retryFirstMs : Math.min(retryMs * 2, retryMaxMs);
    }
    // In the same turn as the look at `waiting`: a wake after it starts a new drain.
    this.flight = undefined;
  }

  private async fly(shards: readonly number[]): Promise<boolean> {
    for (const shard of shards) this.waiting.delete(shard);
    try {
      faultPoint('queue.before');
      await this.producer.addBulk('persistence', shards.map(persistJob));
      faultPoint('queue.after');
      return true;
    } catch (err) {
      for (const shard of shards) this.waiting.add(shard);
      this.logger.warn({ err, shards: shards.length }, 'persistence jobs could not be added yet');
      return false;
    }
  }
}

/** The persistence job of a shard: one waiting and one active at most, and a wake-up during the active one is kept. */
function persistJob(shard: number) {
  return { jobName: 'persist-shard', data: { shard }, deduplicationId: `shard-${shard}`, keepLastIfActive: true };
}

/**
 * Milliseconds until the shard's next moment that is not too near. The moments are spread evenly over the interval, however many shards
 * there are (van der Corput's sequence).
 */
function restOf(shard: number): number {
  let moment = 0;
  for (let [digits, share] = [shard, shardIntervalMs / 2]; digits > 0; digits >>= 1, share /= 2) if (digits % 2 === 1) moment += share;
  const earliest = (Date.now() + shardRestMs) % shardIntervalMs;
  return shardRestMs + ((moment - earliest + shardIntervalMs) % shardIntervalMs);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
