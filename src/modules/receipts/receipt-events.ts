import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EventPayload } from '../../../contracts/events.js';
import { Emitter } from '../realtime/emitter.js';

type Advanced = EventPayload<'receipt.advanced'>;

/** At most one event per second and member (CONTRACT: `receipt.advanced`). */
const intervalMs = 1000;
const sweepMs = 100;

interface Told {
  at: number;
  latest: Advanced | undefined;
}

/** Tells members how far others are: the first move at once, then the newest state of each second. */
@Injectable()
export class ReceiptEvents implements OnApplicationShutdown {
  private readonly told = new Map<string, Told>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly emitter: Emitter) {}

  /** Sends or gathers. Never throws. */
  tell(event: Advanced, now = Date.now()): void {
    const key = `${event.conversationId} ${event.userId}`;
    const known = this.told.get(key);
    if (known !== undefined) {
      known.latest = event;
      return;
    }
    this.emitter.toConversation(event.conversationId, 'receipt.advanced', event);
    this.told.set(key, { at: now, latest: undefined });
    this.timer ??= setInterval(() => this.sweep(Date.now()), sweepMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(now: number): void {
    for (const [key, told] of this.told) {
      if (now - told.at < intervalMs) continue;
      if (told.latest === undefined) {
        this.told.delete(key);
        continue;
      }
      this.emitter.toConversation(told.latest.conversationId, 'receipt.advanced', told.latest);
      told.at = now;
      told.latest = undefined;
    }
    if (this.told.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
