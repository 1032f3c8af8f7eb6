import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { faultPoint } from '../../platform/fault-points.js';
import { QueueProducer } from './queue-producer.js';

/**
 * Persistence is not in a hurry: nobody waits for it, and what waits half a second is persisted in larger batches, with one
 * move of a conversation's marks for several of its messages.
 */
const flightIntervalMs = 500;
const retryFirstMs = 50;
const retryMaxMs = 5_000;

/**
 * Asks for a shard to be persisted, cheaply enough to be called on every commit: shards are gathered in a set, the first
 * goes out at once, and at most one `addBulk` is in flight and two a second, however many ask. A failed one is repeated with backoff; the sweep finds what a crash loses.
 */
@Injectable()
export class ShardWaker implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ShardWaker.name);
  private readonly waiting = new Set<number>();
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
      const isAdded = await this.fly([...this.waiting]);
      if (this.isStopping) break;
      await pause(isAdded ? flightIntervalMs : retryMs);
      retryMs = isAdded ? retryFirstMs : Math.min(retryMs * 2, retryMaxMs);
    }
    // In the same turn as the look at `waiting`: a wake after it starts a new drain.
    this.flight = undefined;
  }

  private async fly(shards: readonly number[]): Promise<boolean> {
    this.waiting.clear();
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
export function persistJob(shard: number) {
  return { jobName: 'persist-shard', data: { shard }, deduplicationId: `shard-${shard}`, keepLastIfActive: true };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
