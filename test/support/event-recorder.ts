import { type EventName, type EventPayload, events } from '#contracts/events.js';
import { exactly } from './contract-check.js';
import { within } from './until.js';

export interface Recorded {
  readonly name: EventName;
  readonly payload: unknown;
}

/** Keeps the events that a socket received, in order, and checks each payload with its schema. */
export class EventRecorder {
  private readonly recorded: Recorded[] = [];
  private readonly violations: Error[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly listeners: Array<(name: EventName, payload: unknown) => void> = [];

  record(name: string, payload: unknown): void {
    try {
      if (!isEventName(name)) throw new Error(`the event ${name} is not in the contract`);
      exactly(events[name].payload, payload, `the event ${name}`);
      this.recorded.push({ name, payload });
      for (const listener of this.listeners) listener(name, payload);
    } catch (error) {
      this.violations.push(error instanceof Error ? error : new Error(String(error)));
    }
    for (const wake of this.waiting) wake();
  }

  /** Calls the listener for each event from now on. */
  onEach(listener: (name: EventName, payload: unknown) => void): void {
    this.listeners.push(listener);
  }

  of<N extends EventName>(name: N): Array<EventPayload<N>> {
    return this.recorded.filter((one) => one.name === name).map((one) => recordedPayload<N>(one));
  }

  all(): readonly Recorded[] {
    return this.recorded;
  }

  names(): EventName[] {
    return this.recorded.map((one) => one.name);
  }

  clear(): void {
    this.recorded.length = 0;
  }

  async waitFor<N extends EventName>(name: N, fits?: (payload: EventPayload<N>) => boolean, timeoutMs?: number): Promise<EventPayload<N>> {
    const [first] = await this.waitForCount(name, 1, fits, timeoutMs);
    if (first === undefined) throw new Error(`the event ${name} has disappeared`);
    return first;
  }

  /** All recorded events of this name that fit, once there are `count` of them. */
  async waitForCount<N extends EventName>(
    name: N,
    count: number,
    fits: (payload: EventPayload<N>) => boolean = () => true,
    timeoutMs = 5000,
  ): Promise<Array<EventPayload<N>>> {
    let wake = () => {};
    const arrival = new Promise<Array<EventPayload<N>>>((resolve, reject) => {
      wake = () => {
        const found = this.of(name).filter(fits);
        if (found.length >= count) resolve(found);
        else if (this.violations[0] !== undefined) reject(this.violations[0]);
      };
      this.waiting.add(wake);
      wake();
    });
    try {
      return await within(timeoutMs, `${count} of the event ${name}`, arrival);
    } finally {
      this.waiting.delete(wake);
    }
  }

  throwViolations(): void {
    const violation = this.violations.shift();
    if (violation !== undefined) throw violation;
  }
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

/** Cast: `record` has parsed the payload with the event's schema. */
function recordedPayload<N extends EventName>(one: Recorded): EventPayload<N> {
  return one.payload as EventPayload<N>;
}
