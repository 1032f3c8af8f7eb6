import { Injectable, Logger } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { memberKey, memberKeyColumns } from '#platform/member-key.js';
import { OnShutdown } from '#platform/shutdown/on-shutdown.js';
import { shutdownOrder } from '#platform/shutdown/shutdown-state.js';
import { Every } from '#platform/timers/every.js';
import { Database } from '../../database/database.js';
import { OnMessageEmitted, OnRoomLeft, type ShownMessage } from '../realtime/connection-events.js';
import { Rooms } from '../realtime/rooms.js';
import { AdvanceCursors } from './changes/advance-cursors.js';
import { CursorStore } from './infra/cursor-store.js';

/** How often the deliveries of the meantime become moves of cursors. */
const intervalMs = 500;
/** In a conversation of up to this many members they are notified of deliveries: in larger ones, notices would outnumber messages. */
const notifiedMembersMax = 32;
/** Up to this many users with a socket on this node, a conversation is small. */
const smallListenersMax = 32;
const movesPerWrite = 50;
/** How long an interval's moves in small conversations may take. On a busy server a write takes longer, so fewer moves are made. */
const smallBudgetMs = 50;
/** The same for large ones: a message to thousands of members must not become as many writes at once. */
const largeBudgetMs = 20;
/** How long the marks may hold up a shutdown. */
const restBudgetMs = 1000;

/** The new messages of a conversation that were emitted since its listeners were looked up the last time. */
interface Emitted {
  newestSeq: number;
  /** When the newest one was emitted: in ms of the monotonic clock, and as a time. */
  at: number;
  time: number;
  /** The sender of all of them, who needs no mark; null for several senders. */
  senderId: UserId | null;
}

/** A member who received everything up to a `seq`, whose cursor is not moved yet. */
interface Due {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly seq: number;
  readonly time: number;
}

interface MemberRow {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  readonly joined_seq: number;
  readonly delivered_seq: number;
  readonly read_seq: number;
  readonly member_count: number;
}

/** Arguments: parallel arrays $1 conversation, $2 user. Former members are included: what they received before they left counts. */
const selectMembers = `
  SELECT m.conversation_id, m.user_id, m.joined_seq, m.delivered_seq, m.read_seq, c.member_count
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted (conversation_id, user_id)
  JOIN members m ON m.conversation_id = wanted.conversation_id AND m.user_id = wanted.user_id
  JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL`;

/**
 * Marks as delivered what this node wrote to sockets, without a call of the client. A message costs one entry per conversation; twice a
 * second the entries become cursor moves, one for each member, however many messages came in between, within a budget of time.
 */
@Injectable()
export class MarkDelivered {
  private readonly logger = new Logger(MarkDelivered.name);
  private readonly emitted = new Map<ConversationId, Emitted>();
  private readonly small = new Map<string, Due>();
  private readonly large = new Map<string, Due>();
  private isMovingSoon = false;

  constructor(
    private readonly rooms: Rooms,
    private readonly database: Database,
    private readonly store: CursorStore,
    private readonly cursors: AdvanceCursors,
  ) {}

  @OnMessageEmitted()
  noteMessage({ conversationId, seq, senderId }: ShownMessage): void {
    const known = this.emitted.get(conversationId);
    if (known === undefined) {
      this.emitted.set(conversationId, { newestSeq: seq, at: performance.now(), time: clock.now(), senderId });
      return;
    }
    if (known.senderId !== senderId) known.senderId = null;
    if (seq < known.newestSeq) return;
    known.newestSeq = seq;
    known.at = performance.now();
    known.time = clock.now();
  }

  /** A member who leaves at once has received what was emitted before. */
  @OnRoomLeft()
  noteLeaving(conversationId: ConversationId, userId: UserId, listensSince: number): void {
    const emitted = this.emitted.get(conversationId);
    if (emitted === undefined || listensSince > emitted.at || emitted.senderId === userId) return;
    this.addDue(this.small, { conversationId, userId, seq: emitted.newestSeq, time: emitted.time });
    this.moveSoon();
  }

  /** The user has received the messages up to this one in another way, such as by catching up. Never waits and never throws. */
  noteReceived(userId: UserId, conversationId: ConversationId, seq: number): void {
    this.addDue(this.small, { conversationId, userId, seq, time: clock.now() });
  }

  @Every(intervalMs)
  async moveDue(): Promise<void> {
    if (this.emitted.size > 0) this.collectListeners();
    await this.moveWithin(smallBudgetMs, this.small);
    await this.moveWithin(largeBudgetMs, this.large);
  }

  @OnShutdown(shutdownOrder.work, 'delivery marks')
  async moveRest(): Promise<void> {
    this.collectListeners();
    await this.moveWithin(restBudgetMs, this.small);
  }

  /** Before the user can join again: what was received before does not count for the new membership. */
  private moveSoon(): void {
    if (this.isMovingSoon) return;
    this.isMovingSoon = true;
    setImmediate(() => {
      this.isMovingSoon = false;
      void this.moveFirst(this.small);
    });
  }

  /** While moves of large conversations wait, further messages there wait too, in their one entry. */
  private collectListeners(): void {
    for (const [conversationId, { newestSeq: seq, at, time, senderId }] of this.emitted) {
      const listeners = this.rooms.listListeners(conversationId);
      const isSmall = listeners.size <= smallListenersMax;
      if (!isSmall && this.large.size > 0) continue;
      this.emitted.delete(conversationId);
      for (const [userId, since] of listeners) {
        if (since <= at && userId !== senderId) this.addDue(isSmall ? this.small : this.large, { conversationId, userId, seq, time });
      }
    }
  }

  private addDue(waiting: Map<string, Due>, due: Due): void {
    const key = memberKey(due.conversationId, due.userId);
    const known = waiting.get(key);
    if (known === undefined || known.seq < due.seq) waiting.set(key, due);
  }

  /** Moves the cursors that wait for longest, until none waits, the time is up or a write fails. */
  private async moveWithin(budgetMs: number, waiting: Map<string, Due>): Promise<void> {
    const until = performance.now() + budgetMs;
    while (waiting.size > 0 && performance.now() < until) if (!(await this.moveFirst(waiting))) return;
  }

  /** Makes one write. After a failure its moves wait again. Never rejects. */
  private async moveFirst(waiting: Map<string, Due>): Promise<boolean> {
    const first = new Map<string, Due>();
    for (const [key, due] of waiting) {
      if (first.size >= movesPerWrite) break;
      first.set(key, due);
      waiting.delete(key);
    }
    try {
      if (first.size > 0) await this.move(first);
      return true;
    } catch (error) {
      for (const due of first.values()) this.addDue(waiting, due);
      this.logger.warn({ err: error, members: first.size }, 'deliveries could not be marked yet');
      return false;
    }
  }

  private async move(dues: ReadonlyMap<string, Due>): Promise<void> {
    const ids = [...new Set([...dues.values()].map((due) => due.conversationId))];
    const moved = new Map(await Promise.all(ids.map(async (id) => [id, await this.store.findMovedIn(id)] as const)));
    const rows = await this.database.prepared<MemberRow>('delivered_members', selectMembers, memberKeyColumns([...dues.keys()]));
    const moves = rows.map((row) => {
      const due = dues.get(memberKey(row.conversation_id, row.user_id));
      const ahead = moved.get(row.conversation_id)?.get(row.user_id);
      const before = {
        readSeq: Math.max(row.read_seq, ahead?.readSeq ?? 0),
        deliveredSeq: Math.max(row.delivered_seq, ahead?.deliveredSeq ?? 0),
      };
      if (due === undefined || due.seq <= Math.max(before.deliveredSeq, row.joined_seq)) return undefined;
      const member = { conversationId: row.conversation_id, userId: row.user_id, joinedSeq: row.joined_seq };
      const at = new Date(due.time).toISOString();
      return this.cursors.moveCursors(
        member,
        before,
        { ...before, deliveredSeq: due.seq },
        { at, isQuiet: row.member_count > notifiedMembersMax },
      );
    });
    await Promise.all(moves.filter((move) => move !== undefined));
  }
}
