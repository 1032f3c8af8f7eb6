import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EventPayload } from '#contracts/events.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { Signals, topic } from '#platform/signals/signals.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';
import { Emitter } from '../../realtime/emitter.js';
import { memberKey } from '#platform/member-key.js';

type Advanced = EventPayload<'receipt.advanced'>;

/** At most one `receipt.advanced` per second and member, as the contract promises. */
const intervalMs = 1000;
const sweepMs = 100;
/** Members whose newest telling a node remembers. */
const shownMax = 20_000;

const advanced = topic<Advanced>('receipts.advanced');

interface Told {
  at: number;
  latest: Advanced | undefined;
}

/**
 * Tells members how far others are: the first move at once, then the newest state of each second. Several nodes may tell of one
 * member, and what they tell crosses on the way: each node shows its own sockets only what goes further than it has shown.
 */
@Injectable()
export class ReceiptEvents implements OnApplicationShutdown {
  private readonly told = new Map<string, Told>();
  private readonly shown = new LRUCache<string, Advanced>({ max: shownMax });
  private readonly timer = new PeriodicTimer('ReceiptEvents.sweep', sweepMs, () => this.sweep(Date.now()), new Logger(ReceiptEvents.name));

  constructor(
    @Inject(Emitter) private readonly emitter: Pick<Emitter, 'toConversationHere'>,
    private readonly signals: Signals,
  ) {}

  /** Sends or gathers. Never throws. */
  tell(event: Advanced, now = Date.now()): void {
    const key = memberKey(event.conversationId, event.userId);
    const known = this.told.get(key);
    if (known !== undefined) {
      known.latest = furthest(known.latest, event);
      return;
    }
    this.signals.publish(advanced, event);
    this.told.set(key, { at: now, latest: undefined });
    this.timer.start();
  }

  onApplicationShutdown(): void {
    this.timer.stop();
  }

  @OnSignal(advanced)
  show(event: Advanced): void {
    const before = this.shown.get(memberKey(event.conversationId, event.userId));
    const after = furthest(before, event);
    if (after.deliveredSeq === before?.deliveredSeq && after.readSeq === before.readSeq) return;
    this.shown.set(memberKey(event.conversationId, event.userId), after);
    this.emitter.toConversationHere(event.conversationId, 'receipt.advanced', after);
  }

  private sweep(now: number): void {
    for (const [key, told] of this.told) {
      if (now - told.at < intervalMs) continue;
      if (told.latest === undefined) {
        this.told.delete(key);
        continue;
      }
      this.signals.publish(advanced, told.latest);
      told.at = now;
      told.latest = undefined;
    }
    if (this.told.size === 0) this.timer.stop();
  }
}

/** Cursors only grow, whatever order two tellings of them come in. */
function furthest(before: Advanced | undefined, event: Advanced): Advanced {
  if (before === undefined) return event;
  const [deliveredSeq, readSeq] = [Math.max(before.deliveredSeq, event.deliveredSeq), Math.max(before.readSeq, event.readSeq)];
  return { ...event, deliveredSeq, readSeq };
}
