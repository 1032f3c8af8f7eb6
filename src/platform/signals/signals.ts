/** A named kind of signal with the type of its payload. Owned by the module that publishes it. */
export interface Topic<T> {
  readonly name: string;
  /** Never set: carries the payload's type. */
  readonly payload?: T;
}

/** What a topic carries: `Payload<typeof sessionRevoked>`. */
export type Payload<T> = T extends Topic<infer P> ? P : never;

export function topic<T>(name: string): Topic<T> {
  return { name };
}

/**
 * Notifies every node, this one included, of a change, so that caches are dropped and sockets closed at once. Payloads are plain
 * JSON. Providers listen with `@OnSignal`.
 */
export abstract class Signals {
  /** Runs this node's listeners before it returns, and those of the other nodes as soon as the signal reaches them. */
  abstract publish<T>(topic: Topic<T>, payload: T): void;
  /** Listeners of a topic run in no particular order, and must not throw. */
  abstract subscribe<T>(topic: Topic<T>, listener: (payload: T) => void): void;
  /**
   * Resolves when all nodes have handled what this node published before, signals and changes of rooms alike, or after a bounded
   * time. Await it before answering a request that grants or removes access: the change is then in force everywhere when the
   * answer arrives. Never rejects.
   */
  abstract awaitDelivery(): Promise<void>;
  /** Calls the listener when signals of other nodes may have been missed: everything cached by signal must be dropped. */
  abstract onGap(listener: () => void): void;
}

/** Signals of a single process: none is ever missed. */
export class MemorySignals extends Signals {
  private readonly listeners = new Map<string, Array<(payload: unknown) => void>>();

  publish<T>(to: Topic<T>, payload: T): void {
    for (const listener of this.listeners.get(to.name) ?? []) listener(payload);
  }

  subscribe<T>(from: Topic<T>, listener: (payload: T) => void): void {
    const known = this.listeners.get(from.name) ?? [];
    // Cast: a topic is declared once, with the one type of its payloads.
    this.listeners.set(from.name, [...known, listener as (payload: unknown) => void]);
  }

  awaitDelivery(): Promise<void> {
    return Promise.resolve();
  }

  onGap(): void {
    // There is no other node.
  }
}
