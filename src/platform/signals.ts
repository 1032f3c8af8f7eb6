import { Injectable } from '@nestjs/common';

/** A named kind of signal with the type of what it carries. Owned by the module that publishes it. */
export interface Topic<T> {
  readonly name: string;
  /** Never set: carries the payload's type. */
  readonly payload?: T;
}

export function topic<T>(name: string): Topic<T> {
  return { name };
}

/**
 * Tells every node (this one included) that something changed, so that caches are dropped and sockets closed at once.
 * Payloads are plain JSON. The listeners of this node run before `publish` returns; a listener must not throw.
 */
export abstract class Signals {
  abstract publish<T>(topic: Topic<T>, payload: T): void;
  abstract subscribe<T>(topic: Topic<T>, listener: (payload: T) => void): void;
  /**
   * Resolves when all nodes have handled what this one told them before, signals and changes of rooms alike, or after a bounded
   * time: await it before answering a request that lets in or shuts out, so that it is in force everywhere when the answer
   * arrives. Never rejects.
   */
  abstract settled(): Promise<void>;
  /** Calls the listener when signals of other nodes may have been missed: whoever remembers anything must forget it all. */
  abstract onGap(listener: () => void): void;
}

/** Signals of a single process: none is ever missed. */
@Injectable()
export class MemorySignals extends Signals {
  private readonly listeners = new Map<string, Array<(payload: unknown) => void>>();

  publish<T>(to: Topic<T>, payload: T): void {
    for (const listener of this.listeners.get(to.name) ?? []) listener(payload);
  }

  subscribe<T>(from: Topic<T>, listener: (payload: T) => void): void {
    const known = this.listeners.get(from.name) ?? [];
    // Cast: a topic's name is given once, with the one type of what is published under it.
    this.listeners.set(from.name, [...known, listener as (payload: unknown) => void]);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  onGap(): void {
    // Nobody else speaks here.
  }
}
