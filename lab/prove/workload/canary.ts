import type { Random } from '../../support/random.js';
import type { OperationLog } from './operation-log.js';
import type { Room } from './people.js';
import { deliver, type Door } from './sender.js';
import { percentile } from '../../support/percentiles.js';

const everyMs = 100;
const policy = { attemptTimeoutMs: 3000, retryForMs: 30_000 };

/** A user who sends a message every 100 ms during all faults and records the time until each ack, retries included. */
export class Canary {
  private readonly tookMs: number[] = [];
  private readonly open = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: OperationLog,
    private readonly door: Door,
    private readonly room: Room,
    private readonly random: Random,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      const sending = this.send().finally(() => this.open.delete(sending));
      this.open.add(sending);
    }, everyMs);
  }

  /** Stops sending and waits for the outstanding messages. */
  async finish(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
  }

  get p99Ms(): number {
    return percentile(this.tookMs, 0.99);
  }

  get count(): number {
    return this.tookMs.length;
  }

  private async send(): Promise<void> {
    const startedAt = performance.now();
    const operation = this.log.open(this.room.id, this.room.members[0]?.userId ?? '', this.random);
    const text = `${operation.token} canary`;
    await deliver(this.log, operation, this.door, { ...policy, random: this.random, text });
    this.tookMs.push(performance.now() - startedAt);
  }
}
