import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { ClientId } from '../../contracts/primitives.js';
import { Participant, type Surroundings } from './participant.js';
import type { Plan, Step } from './plan-replay.js';
import type { SentMessage } from './verify.js';

/** How a plan is driven. */
export interface DriveOptions {
  /** The number of steps in flight. 1 keeps the order of the file; higher numbers keep only each person's own order. */
  readonly pipeline: number;
  /** Steps per second; null means as fast as possible. */
  readonly stepsPerSecond: number | null;
  /** Repeats every n-th message with its `clientId` after its ack; the answer must be the first message. 0 means never. */
  readonly repeatEvery: number;
  /** Called after each finished step. */
  readonly onStep: (done: number, total: number) => void;
}

/** The people after the replay, and the messages that they sent, in the order of the file. */
export interface Driven {
  readonly participants: Participant[];
  readonly sent: SentMessage[];
  readonly ackMs: number[];
  readonly replayed: number;
  readonly differences: string[];
}

/** Runs every step of the plan. Throws the first failure after all steps in flight have ended. Person n uses the surroundings n modulo their number. */
export async function drivePlan(plan: Plan, surroundings: readonly Surroundings[], options: DriveOptions): Promise<Driven> {
  const participants = plan.people.flatMap(({ firstName }, index) => {
    const around = surroundings[index % surroundings.length];
    return around ? [new Participant(around, firstName)] : [];
  });
  return new Driver(plan, participants, options).drive();
}

class Driver {
  private readonly sent: SentMessage[] = [];
  private readonly seqOfLine = new Map<number, Promise<number>>();
  private readonly lanes = new Map<number, Promise<unknown>>();
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly differences: string[] = [];
  private readonly failures: unknown[] = [];
  private done = 0;
  private replayed = 0;

  constructor(
    private readonly plan: Plan,
    private readonly participants: Participant[],
    private readonly options: DriveOptions,
  ) {}

  async drive(): Promise<Driven> {
    const startedAt = performance.now();
    for (const [index, step] of this.plan.steps.entries()) {
      if (this.options.stepsPerSecond !== null) await waitUntil(startedAt + (index * 1000) / this.options.stepsPerSecond);
      while (this.inFlight.size >= this.options.pipeline) await Promise.race(this.inFlight);
      if (this.failures.length > 0) break;
      this.start(step);
    }
    await Promise.all(this.inFlight);
    if (this.failures.length > 0) {
      for (const participant of this.participants) participant.close();
      throw this.failures[0];
    }
    this.sent.sort((one, other) => one.line - other.line);
    const ackMs = this.sent.map(({ acknowledged }) => acknowledged.ackMs);
    return { participants: this.participants, sent: this.sent, ackMs, replayed: this.replayed, differences: this.differences };
  }

  /** Each person takes one step after another, and a reply waits for its parent. Both come earlier in the file, so there is no deadlock. */
  private start(step: Step): void {
    const before = this.lanes.get(step.person) ?? Promise.resolve();
    const outcome = before.then(() => this.perform(step));
    if (step.kind === 'send') this.seqOfLine.set(step.line, outcome);
    const settled: Promise<unknown> = outcome
      .catch((error: unknown) => this.failures.push(error))
      .finally(() => {
        this.inFlight.delete(settled);
        this.done += 1;
        this.options.onStep(this.done, this.plan.steps.length);
      });
    this.lanes.set(step.person, settled);
    this.inFlight.add(settled);
  }

  private async perform(step: Step): Promise<number> {
    const participant = this.participants[step.person];
    if (!participant || this.failures.length > 0) return 0;
    switch (step.kind) {
      case 'join':
        await participant.join();
        return 0;
      case 'reconnect':
        await participant.reconnect();
        return 0;
      case 'leave':
        await participant.leave();
        return 0;
      case 'rename':
        await participant.rename(step.displayName);
        return 0;
      case 'send':
        return this.send(participant, step);
    }
  }

  private async send(participant: Participant, step: Step & { kind: 'send' }): Promise<number> {
    const replyTo = step.replyToLine === null ? null : ((await this.seqOfLine.get(step.replyToLine)) ?? null);
    const outgoing = { clientId: ClientId.parse(uuidv7()), text: step.text, isAction: step.isAction, replyTo };
    const acknowledged = await participant.send(outgoing);
    const { userId } = participant;
    if (userId) this.sent.push({ line: step.line, senderId: userId, outgoing, acknowledged });
    if (acknowledged.isReplay) this.replayed += 1;
    if (this.options.repeatEvery > 0 && this.sent.length % this.options.repeatEvery === 0) {
      const again = await participant.send(outgoing);
      this.replayed += 1;
      if (again.message.id !== acknowledged.message.id || again.message.seq !== acknowledged.message.seq) {
        this.differences.push(
          `line ${step.line}: the same clientId was taken as seq ${acknowledged.message.seq} and again as seq ${again.message.seq}`,
        );
      }
    }
    return acknowledged.message.seq;
  }
}

async function waitUntil(time: number): Promise<void> {
  const waitMs = time - performance.now();
  if (waitMs > 1) await sleep(waitMs);
}
