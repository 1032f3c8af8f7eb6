import type { RedisBus } from '../redis/redis-bus.js';
import { MemorySignals, Signals, type Topic } from './signals.js';

/** One key for all signals, so that those of one node arrive in the order in which they were published. */
const key = 'signals';

/** Signals of several nodes: this node's listeners run at once, those of the others when the bus delivers the signal. */
export class RedisSignals extends Signals {
  private readonly local = new MemorySignals();
  private readonly subscribed = new Set<string>();

  constructor(private readonly bus: RedisBus) {
    super();
  }

  publish<T>(to: Topic<T>, payload: T): void {
    this.local.publish(to, payload);
    this.bus.publish(key, addressOf(to), () => JSON.stringify(payload));
  }

  subscribe<T>(from: Topic<T>, listener: (payload: T) => void): void {
    this.local.subscribe(from, listener);
    if (this.subscribed.has(from.name)) return;
    this.subscribed.add(from.name);
    this.bus.subscribe(addressOf(from), (text) => {
      // Cast: only `publish` of the same topic, on a node of the same version, writes to this address.
      this.local.publish(from, JSON.parse(text) as T);
    });
  }

  awaitDelivery(): Promise<void> {
    return this.bus.awaitDelivery();
  }

  onGap(listener: () => void): void {
    this.bus.onGap(listener);
  }
}

function addressOf(topic: { readonly name: string }): string {
  return `signal:${topic.name}`;
}
