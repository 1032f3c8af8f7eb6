import type { BenchOptions } from '../scenario.js';
import type { Crowd } from '../users/crowds.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import { clockUs } from './clock.js';
import { LatencySamples } from '../../support/latency-samples.js';
import type { PreparedSend } from './load-connection.js';

const drainTimeoutMs = 15_000;

/** The results of an open loop. */
export interface OpenLoopFigures extends Readonly<Record<string, number | null>> {
  readonly sent: number;
}

interface Lane {
  readonly prepare: (slot: number) => PreparedSend;
  readonly slots: { readonly message: PreparedSend; dueAt: number }[];
  readonly free: number[];
  /** When the sends in flight to the other member were due. They arrive in order. */
  readonly undelivered: number[];
}

/**
 * An open loop: sends at a fixed rate, so that slow acks do not slow down the load. Latencies count from the time when a send was
 * due, so that a stall shows in every send during it. Senders and receivers are pairs: receiver 2n+1 is the other member of sender n.
 */
export class OpenLoop {
  private readonly acks = new LatencySamples();
  private readonly members = new LatencySamples();
  private readonly lanes: Lane[];
  private measuredFrom = Infinity;
  private sent = 0;
  private pending = 0;
  private refused: string | null = null;

  constructor(
    crowd: Crowd,
    private readonly sendsPerSecond: number,
    private readonly options: BenchOptions,
  ) {
    this.lanes = crowd.senders.map(({ connection, conversationId }, index) => {
      const lane: Lane = { prepare: (slot) => connection.prepare(conversationId, slot), slots: [], free: [], undelivered: [] };
      connection.listener = { onMessage: () => undefined, onAck: (slot, isOk, answer) => this.acked(lane, slot, isOk, answer) };
      const other = crowd.receivers[2 * index + 1];
      if (other !== undefined) other.listener = { onMessage: () => this.delivered(lane), onAck: () => undefined };
      for (const each of [connection, other]) if (each !== undefined) each.onEnd = (reason) => (this.refused ??= reason);
      return lane;
    });
  }

  async run(): Promise<OpenLoopFigures> {
    const startedAt = performance.now();
    const fromClockUs = clockUs() + this.options.warmUpMs * 1000;
    this.measuredFrom = startedAt + this.options.warmUpMs;
    const until = this.measuredFrom + this.options.seconds * 1000;
    while (performance.now() < until && this.refused === null) {
      await sleep(1);
      this.sendDue(startedAt, Math.min(performance.now(), until));
    }
    const untilClockUs = clockUs();
    await becomesTrue(() => this.pending === 0 || this.refused !== null, drainTimeoutMs, 5);
    if (this.refused !== null) throw new Error(`a send failed: ${this.refused}`);
    if (this.pending > 0) throw new Error(`${this.pending} acks or deliveries never came`);
    const rate = { sendsPerSecond: this.sendsPerSecond, sent: this.sent, fromClockUs, untilClockUs };
    return { ...rate, ...this.acks.figures('ack'), ...this.members.figures('member') };
  }

  private sendDue(startedAt: number, now: number): void {
    const gapMs = 1000 / this.sendsPerSecond;
    for (let dueAt = startedAt + this.sent * gapMs; dueAt <= now; dueAt += gapMs) {
      const lane = this.lanes[this.sent % this.lanes.length];
      if (lane === undefined) return;
      this.sent += 1;
      this.pending += 2;
      const number = lane.free.pop() ?? lane.slots.push({ message: lane.prepare(lane.slots.length), dueAt }) - 1;
      const slot = lane.slots[number];
      if (slot === undefined) return;
      slot.dueAt = dueAt;
      lane.undelivered.push(dueAt);
      slot.message.send();
    }
  }

  private acked(lane: Lane, number: number, isOk: boolean, answer: () => string): void {
    const slot = lane.slots[number];
    if (slot === undefined) return;
    if (!isOk) this.refused ??= answer().slice(0, 200);
    this.pending -= 1;
    this.addSample(this.acks, slot.dueAt);
    lane.free.push(number);
  }

  private delivered(lane: Lane): void {
    const dueAt = lane.undelivered.shift();
    if (dueAt === undefined) return;
    this.pending -= 1;
    this.addSample(this.members, dueAt);
  }

  private addSample(samples: LatencySamples, dueAt: number): void {
    if (dueAt >= this.measuredFrom) samples.add(performance.now() - dueAt);
  }
}
