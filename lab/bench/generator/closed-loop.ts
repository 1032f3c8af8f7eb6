import { percentile } from '../../support/percentiles.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import { clockUs } from './clock.js';
import type { Listener, LoadConnection, PreparedSend } from './load-connection.js';

const drainTimeoutDefaultMs = 15_000;
const pollMs = 10;

/** A sending user: its connection, its conversation and its number of sends in flight. */
export interface Sender<C extends LoadConnection = LoadConnection> {
  readonly connection: C;
  readonly conversationId: string;
  readonly window: number;
}

/** The duration of a load. The warm-up does not count. */
export interface LoadTimes {
  readonly warmUpMs: number;
  readonly seconds: number;
  /** How long to wait at the end for sends in flight; 15,000 by default. */
  readonly drainTimeoutMs?: number;
}

/** The results of a load. */
export interface LoadFigures {
  readonly acksPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly sent: number;
  /** Share of the measured time in which the generator's event loop had work. */
  readonly generatorBusy: number;
  /** Bytes that all receivers read per acknowledged message. */
  readonly bytesPerAck: number;
  /** From the first send to the last ack, warm-up included. */
  readonly loadMs: number;
  /** The measured time span in microseconds of the system's monotonic clock, which the server's CPU profile uses, too. */
  readonly fromClockUs: number;
  readonly untilClockUs: number;
}

interface Counts {
  readonly at: number;
  readonly clockUs: number;
  readonly acked: number;
  readonly delivered: number;
  readonly bytes: number;
  readonly loop: ReturnType<typeof performance.eventLoopUtilization>;
}

/** A closed loop: each slot of each sender awaits its ack before it sends again. A refused send or a lost connection fails it. */
export class ClosedLoop {
  private readonly latencies: number[] = [];
  private readonly refusals = new Map<string, number>();
  private acked = 0;
  private delivered = 0;
  private sent = 0;
  private outstanding = 0;
  private phase: 'warmUp' | 'measured' | 'over' = 'warmUp';
  private finish: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(
    private readonly senders: readonly Sender[],
    private readonly receivers: readonly LoadConnection[],
    private readonly times: LoadTimes,
  ) {}

  async run(): Promise<LoadFigures> {
    const startedAt = performance.now();
    const onMessage = (): void => void (this.delivered += 1);
    for (const receiver of this.receivers) receiver.listener = { onMessage, onAck: () => undefined };
    // Not every sender is a receiver.
    for (const connection of [...this.receivers, ...this.senders.map((sender) => sender.connection)])
      connection.onEnd = (reason) => this.fail(new Error(reason));
    const lastAck = new Promise<void>((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    // The load may fail before it is awaited.
    lastAck.catch(() => undefined);
    for (const sender of this.senders) this.start(sender, onMessage);
    const [from, until] = await Promise.race([this.measure(), lastAck.then(() => this.measureNothing())]);
    await this.untilAcked(lastAck);
    await this.untilDelivered();
    if (this.refusals.size > 0) throw new Error(`sends were refused: ${JSON.stringify(Object.fromEntries(this.refusals))}`);
    return this.figures(from, until, performance.now() - startedAt);
  }

  private start(sender: Sender, onMessage: () => void): void {
    const { connection, conversationId, window } = sender;
    const slots = Array.from({ length: window }, (_, slot) => ({ message: connection.prepare(conversationId, slot), sentAt: 0 }));
    const send = (slot: { message: PreparedSend; sentAt: number }): void => {
      slot.sentAt = performance.now();
      this.sent += 1;
      this.outstanding += 1;
      slot.message.send();
    };
    const listener: Listener = {
      onMessage,
      onAck: (id, isOk, answer) => {
        const slot = slots[id];
        if (slot === undefined) return;
        this.outstanding -= 1;
        if (isOk) this.acked += 1;
        else this.refused(answer());
        if (this.phase === 'measured') this.latencies.push(performance.now() - slot.sentAt);
        if (this.phase !== 'over') send(slot);
        else if (this.outstanding === 0) this.finish();
      },
    };
    connection.listener = listener;
    for (const slot of slots) send(slot);
  }

  private refused(answer: string): void {
    const reason = answer.replace(/"requestId":"[^"]*"/, '').slice(0, 200);
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  private async measure(): Promise<[Counts, Counts]> {
    await sleep(this.times.warmUpMs);
    const from = this.count();
    this.phase = 'measured';
    await sleep(this.times.seconds * 1000);
    const until = this.count();
    this.phase = 'over';
    return [from, until];
  }

  private measureNothing(): never {
    throw new Error('the load ended before its time');
  }

  private untilAcked(lastAck: Promise<void>): Promise<void> {
    if (this.outstanding === 0) return Promise.resolve();
    const { drainTimeoutMs = drainTimeoutDefaultMs } = this.times;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.outstanding} sends were never acknowledged`)), drainTimeoutMs);
      lastAck.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** Every receiver of a conversation receives all its messages. All conversations have the same number of receivers. */
  private async untilDelivered(): Promise<void> {
    const conversations = new Set(this.senders.map(({ conversationId }) => conversationId)).size;
    const missing = (): number => (this.sent * this.receivers.length) / conversations - this.delivered;
    if (this.refusals.size > 0) return;
    const { drainTimeoutMs = drainTimeoutDefaultMs } = this.times;
    await becomesTrue(() => missing() <= 0, drainTimeoutMs, pollMs);
    if (missing() !== 0) throw new Error(`${missing()} deliveries of ${this.sent} sends never came`);
  }

  private count(): Counts {
    return {
      at: performance.now(),
      clockUs: clockUs(),
      acked: this.acked,
      delivered: this.delivered,
      bytes: this.receivers.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
      loop: performance.eventLoopUtilization(),
    };
  }

  private figures(from: Counts, until: Counts, loadMs: number): LoadFigures {
    const seconds = (until.at - from.at) / 1000;
    return {
      acksPerSecond: (until.acked - from.acked) / seconds,
      deliveriesPerSecond: (until.delivered - from.delivered) / seconds,
      ackP50Ms: percentile(this.latencies, 0.5),
      ackP99Ms: percentile(this.latencies, 0.99),
      sent: this.sent,
      generatorBusy: performance.eventLoopUtilization(until.loop, from.loop).utilization,
      bytesPerAck: (until.bytes - from.bytes) / Math.max(1, until.acked - from.acked),
      loadMs,
      fromClockUs: from.clockUs,
      untilClockUs: until.clockUs,
    };
  }
}
