import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EventPayload } from '#contracts/events.js';
import type { UserId } from '#contracts/primitives.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { Signals, topic } from '#platform/signals/signals.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';
import { Emitter } from '../../realtime/emitter.js';
import { Blocks } from '../../users/blocks.js';
import { memberKey } from '#platform/member-key.js';

type Advanced = EventPayload<'receipt.advanced'>;

/** At most one `receipt.advanced` per second and member, as the contract promises. */
const intervalMs = 1000;
const sweepMs = 100;
/** Members whose last emitted cursors a node remembers. */
const emittedMax = 20_000;

const advanced = topic<Advanced>('receipts.advanced');

interface Published {
  at: number;
  /** The newest cursors that were not published yet. */
  pending: Advanced | undefined;
}

/**
 * Notifies members of each other's cursors: of the first move at once, then of the newest state once a second. Several nodes may publish
 * cursors of the same member, and out of order, so each node emits to its own sockets only cursors that are ahead of those it has emitted.
 */
@Injectable()
export class ReceiptEvents implements OnApplicationShutdown {
  private readonly logger = new Logger(ReceiptEvents.name);
  private readonly published = new Map<string, Published>();
  private readonly emitted = new LRUCache<string, Advanced>({ max: emittedMax });
  private readonly timer = new PeriodicTimer(
    'ReceiptEvents.publishPending',
    sweepMs,
    () => this.publishPending(performance.now()),
    this.logger,
  );

  constructor(
    @Inject(Emitter) private readonly emitter: Pick<Emitter, 'toConversationHere'>,
    private readonly signals: Signals,
    @Inject(Blocks) private readonly blocks: Pick<Blocks, 'findBlockedEitherWay'>,
  ) {}

  /** Publishes the cursors now, or with the next event of the member. Never throws. */
  publishCursors(event: Advanced, now = performance.now()): void {
    const key = memberKey(event.conversationId, event.userId);
    const known = this.published.get(key);
    if (known !== undefined) {
      known.pending = later(known.pending, event);
      return;
    }
    this.signals.publish(advanced, event);
    this.published.set(key, { at: now, pending: undefined });
    this.timer.start();
  }

  onApplicationShutdown(): void {
    this.timer.stop();
  }

  @OnSignal(advanced)
  emitCursors(event: Advanced): void {
    const before = this.emitted.get(memberKey(event.conversationId, event.userId));
    const after = later(before, event);
    if (after.deliveredSeq === before?.deliveredSeq && after.readSeq === before.readSeq) return;
    this.emitted.set(memberKey(event.conversationId, event.userId), after);
    const hiddenFrom = this.blocks.findBlockedEitherWay(event.userId);
    if (!(hiddenFrom instanceof Promise)) return this.emitCursorsExcept(after, hiddenFrom);
    hiddenFrom
      .then((userIds) => this.emitCursorsExcept(after, userIds))
      .catch((error: unknown) => this.logger.warn({ err: error, userId: event.userId }, 'a receipt was not announced'));
  }

  /** Users on either side of a block see nothing of each other's cursors. */
  private emitCursorsExcept(event: Advanced, hiddenFrom: ReadonlySet<UserId>): void {
    this.emitter.toConversationHere(event.conversationId, 'receipt.advanced', event, hiddenFrom);
  }

  private publishPending(now: number): void {
    for (const [key, entry] of this.published) {
      if (now - entry.at < intervalMs) continue;
      if (entry.pending === undefined) {
        this.published.delete(key);
        continue;
      }
      this.signals.publish(advanced, entry.pending);
      entry.at = now;
      entry.pending = undefined;
    }
    if (this.published.size === 0) this.timer.stop();
  }
}

/** Cursors only grow, even if two notifications arrive out of order. */
function later(before: Advanced | undefined, event: Advanced): Advanced {
  if (before === undefined) return event;
  const [deliveredSeq, readSeq] = [Math.max(before.deliveredSeq, event.deliveredSeq), Math.max(before.readSeq, event.readSeq)];
  return { ...event, deliveredSeq, readSeq };
}
