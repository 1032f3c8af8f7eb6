import { Injectable } from '@nestjs/common';
import type { MessageReceipts } from '#contracts/receipts/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../../conversations/access.js';
import { MessageReader } from '../../messages/message-reader.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';
import { Blocks } from '../../users/blocks.js';
import { CursorStore } from '../infra/cursor-store.js';

type Kind = ReceiptAdvance['kind'];

/**
 * Arguments  $1 conversation, $2 seq, $3 sender
 * Returns    per member and kind the first time at which the member's cursor was at or above the message, one index look-up each.
 *            Members who joined after the message have no receipt for it, nor has its sender. Former members keep theirs, and so do
 *            members who have left and come back: the moves of one membership lie below those of the next.
 */
const selectReceipts = `
  SELECT m.user_id, k.kind, first.at
  FROM members m CROSS JOIN (VALUES ('delivered'), ('read')) AS k (kind) CROSS JOIN LATERAL (
    SELECT a.at, a.after_seq FROM receipt_advances a
    WHERE a.conversation_id = m.conversation_id AND a.user_id = m.user_id AND a.kind = k.kind AND a.up_to_seq >= $2
    ORDER BY a.up_to_seq LIMIT 1
  ) first
  WHERE m.conversation_id = $1 AND m.user_id <> $3 AND first.after_seq < $2`;

/** Finds the members who have received or read a message, and the exact times. */
@Injectable()
export class FindMessageReceipts {
  constructor(
    private readonly access: Access,
    private readonly messages: MessageReader,
    private readonly database: Database,
    private readonly store: CursorStore,
    private readonly blocks: Blocks,
  ) {}

  /** For the message's sender and for admins. Leaves out users on the other side of a block. Throws `conversation.notFound`, `message.notFound`, `forbidden`. */
  async execute(callerId: UserId, conversationId: ConversationId, seq: number): Promise<MessageReceipts> {
    const member = await this.access.of(conversationId, callerId);
    member.requireSight(seq);
    const message = await this.messages.getMessage(callerId, conversationId, seq);
    const isAdmin = member.role === 'owner' || member.role === 'admin';
    if (message.senderId !== callerId && !isAdmin)
      throw new AppError('forbidden', { detail: 'receipts are for the sender and for admins' });
    const first = new Map<string, { userId: UserId; kind: Kind; at: string }>();
    const keepEarliest = (userId: UserId, kind: Kind, at: string) => {
      const known = first.get(`${kind} ${userId}`);
      if (known === undefined || at < known.at) first.set(`${kind} ${userId}`, { userId, kind, at });
    };
    for (const [userId, { advances }] of await this.store.findMovedIn(conversationId)) {
      if (userId === message.senderId) continue;
      for (const { kind, upToSeq, afterSeq = 0, at } of advances) if (upToSeq >= seq && afterSeq < seq) keepEarliest(userId, kind, at);
    }
    const rows = await this.database.query<{ user_id: UserId; kind: Kind; at: Date }>(selectReceipts, [
      conversationId,
      seq,
      message.senderId,
    ]);
    for (const row of rows) keepEarliest(row.user_id, row.kind, row.at.toISOString());
    const hidden = await this.blocks.findBlockedEitherWay(callerId);
    const list = (kind: Kind) =>
      [...first.values()]
        .filter((one) => one.kind === kind && !hidden.has(one.userId))
        .map(({ userId, at }) => ({ userId, at }))
        .sort((a, b) => a.at.localeCompare(b.at));
    return { seq, delivered: list('delivered'), read: list('read') };
  }
}
