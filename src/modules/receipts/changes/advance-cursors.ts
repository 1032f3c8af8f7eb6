import { Injectable } from '@nestjs/common';
import type { ReceiptBody, ReceiptState } from '#contracts/receipts/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { Batcher } from '#platform/batcher.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../../conversations/access.js';
import type { MemberCursors, UnreadCounts } from '../../conversations/unread-source.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { OnHistoryRead } from '../../messages/on-history-read.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';
import { QueueProducer } from '../../queues/queue-producer.js';
import { CursorStore } from '../infra/cursor-store.js';
import { ReceiptEvents } from './receipt-events.js';
import { LiveUnreadCounts } from '../read/live-unread-counts.js';

const advancesPerJobMax = 1_000;

/** A member whose cursors move. */
export interface Receiver {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  /** The newest `seq` when they joined. */
  readonly joinedSeq: number;
}

/** Moves a member's delivered and read cursors: only forward, and never beyond the newest message. A read message is also delivered. */
@Injectable()
export class AdvanceCursors {
  /** Moves that arrive while one write is under way share the next write: few large jobs on a busy server, no wait on an idle one. */
  private readonly jobs = new Batcher<readonly ReceiptAdvance[]>((batch) => this.producer.addBulk('receipts', jobsOf(batch.flat())));

  constructor(
    private readonly access: Access,
    private readonly log: ConversationLog,
    private readonly unread: LiveUnreadCounts,
    private readonly store: CursorStore,
    private readonly producer: QueueProducer,
    private readonly events: ReceiptEvents,
  ) {}

  /** What a member reads in the history counts as delivered to them. */
  @OnHistoryRead()
  async advanceDelivered(userId: UserId, conversationId: ConversationId, newestSeq: number): Promise<void> {
    const cursors = (await this.unread.cursors(conversationId, [userId])).get(userId);
    if (cursors !== undefined && newestSeq > cursors.deliveredSeq) await this.advance(userId, conversationId, { deliveredSeq: newestSeq });
  }

  /** Resolves to the new cursors when the move is stored in the queue. Throws `conversation.notFound`. */
  async advance(userId: UserId, conversationId: ConversationId, wanted: ReceiptBody): Promise<ReceiptState> {
    const { joinedSeq } = await this.access.of(conversationId, userId);
    const before = await this.readCounts(userId, conversationId);
    const head = (await this.log.heads([conversationId])).get(conversationId);
    const readSeq = Math.max(before.readSeq, Math.min(wanted.readSeq ?? 0, head?.seq ?? 0));
    const deliveredSeq = Math.max(before.deliveredSeq, readSeq, Math.min(wanted.deliveredSeq ?? 0, head?.seq ?? 0));
    if (readSeq === before.readSeq && deliveredSeq === before.deliveredSeq) return toState(before);
    await this.moveCursors({ userId, conversationId, joinedSeq }, before, { readSeq, deliveredSeq });
    return toState(await this.readCounts(userId, conversationId));
  }

  /** Moves a member's cursors from `before` to `after`: resolves when the move is stored in the queue. `isQuiet`: no member is notified. */
  async moveCursors(
    member: Receiver,
    before: MemberCursors,
    after: MemberCursors,
    { at = clock.date().toISOString(), isQuiet = false } = {},
  ): Promise<void> {
    const { userId, conversationId, joinedSeq: afterSeq } = member;
    const advances: ReceiptAdvance[] = [];
    if (after.deliveredSeq > before.deliveredSeq)
      advances.push({ conversationId, userId, kind: 'delivered', upToSeq: after.deliveredSeq, afterSeq, at });
    if (after.readSeq > before.readSeq) advances.push({ conversationId, userId, kind: 'read', upToSeq: after.readSeq, afterSeq, at });
    // The job first: without a job, a move that viewers already see would never be stored.
    await this.jobs.addItem(advances);
    await this.store.addMove(conversationId, userId, after, advances);
    if (isQuiet) return;
    const { deliveredSeq, readSeq } = (await this.store.findMoved(userId, [conversationId])).get(conversationId) ?? after;
    this.events.publishCursors({ conversationId, userId, deliveredSeq, readSeq, at });
  }

  private async readCounts(userId: UserId, conversationId: ConversationId): Promise<UnreadCounts> {
    const counts = (await this.unread.counts(userId, [conversationId])).get(conversationId);
    if (counts === undefined) throw new AppError('conversation.notFound');
    return counts;
  }
}

function toState({ deliveredSeq, readSeq, unreadCount }: UnreadCounts): ReceiptState {
  return { deliveredSeq, readSeq, unreadCount };
}

function jobsOf(advances: readonly ReceiptAdvance[]) {
  const jobs: Array<{ jobName: string; data: { advances: ReceiptAdvance[] } }> = [];
  for (let start = 0; start < advances.length; start += advancesPerJobMax) {
    jobs.push({ jobName: 'advance-cursors', data: { advances: advances.slice(start, start + advancesPerJobMax) } });
  }
  return jobs;
}
