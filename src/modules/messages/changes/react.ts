import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { Message } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Transaction } from '../../../database/database.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Applies } from '../../log/applies.js';
import type { Committed, LogEntry } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { ChangeMessage, type MessageRef, refuseDeleted } from './change-message.js';

const ReactionBody = z.object({ seq: z.int().min(1), emoji: z.string() });
type ReactionBody = z.output<typeof ReactionBody>;

/** Reactions: at most one of each emoji per member and message. All members but read-only and muted ones may react. */
@Injectable()
export class React {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** Adds the actor's reaction, once. Throws `forbidden` (read-only, muted, or too many kinds), `message.deleted` and what `ChangeMessage` throws. */
  addReaction(actorId: UserId, target: MessageRef, emoji: string): Promise<Message> {
    return this.changeMessage.execute(actorId, target, {
      kind: 'reaction.added',
      body: { seq: target.seq, emoji } satisfies ReactionBody,
      viewerId: actorId,
      check: (member, message) => {
        mayReact(member, message);
        refuseTooManyKinds(message, emoji);
      },
      isDone: (message) => hasOwnReaction(message, emoji),
      deliver: (before, committed) => this.emitChange(before, committed, emoji, true),
    });
  }

  /** Removes the actor's reaction, if there is one. Throws what `addReaction` throws. */
  removeReaction(actorId: UserId, target: MessageRef, emoji: string): Promise<Message> {
    return this.changeMessage.execute(actorId, target, {
      kind: 'reaction.removed',
      body: { seq: target.seq, emoji } satisfies ReactionBody,
      viewerId: actorId,
      check: mayReact,
      isDone: (message) => !hasOwnReaction(message, emoji),
      deliver: (before, committed) => this.emitChange(before, committed, emoji, false),
    });
  }

  private emitChange(before: Message, { rev, epoch, draft }: Committed, emoji: string, added: boolean): void {
    const { conversationId, seq, reactions } = before;
    const count = (reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0) + (added ? 1 : -1);
    const event = { conversationId, seq, rev, epoch, userId: draft.actorId, emoji, added, count };
    this.emitter.toViewers(before, 'reaction.changed', event);
  }
}

function mayReact(member: MemberAccess, message: Message): void {
  refuseDeleted(message);
  member.requireVoice();
  if (member.role === 'readonly' || member.blocked) throw new AppError('forbidden', { detail: 'a read-only member does not react' });
}

function refuseTooManyKinds({ reactions }: Message, emoji: string): void {
  if (reactions.length < limits.reactionKindsMax || reactions.some((reaction) => reaction.emoji === emoji)) return;
  throw new AppError('forbidden', { detail: `a message takes ${limits.reactionKindsMax} kinds of reactions` });
}

function hasOwnReaction({ reactions }: Message, emoji: string): boolean {
  return reactions.some((reaction) => reaction.emoji === emoji && reaction.me);
}

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, $5 user, $6 emoji. */
const insertReaction = `
  WITH touched AS (
    UPDATE messages SET rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL RETURNING seq
  )
  INSERT INTO reactions (conversation_id, seq, emoji, user_id, created_at) SELECT $1, seq, $6, $5, $4 FROM touched ON CONFLICT DO NOTHING`;

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 user, $5 emoji. */
const deleteReaction = `
  WITH touched AS (
    UPDATE messages SET rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL RETURNING seq
  )
  DELETE FROM reactions r USING touched t WHERE r.conversation_id = $1 AND r.seq = t.seq AND r.emoji = $5 AND r.user_id = $4`;

/** Brings reactions into storage. */
@Injectable()
export class ReactApplier {
  @Applies('reaction.added', ReactionBody)
  async insertReaction(tx: Transaction, { conversationId, rev, at, actorId }: LogEntry, { seq, emoji }: ReactionBody): Promise<void> {
    await tx.query(insertReaction, [conversationId, seq, rev, at, actorId, emoji]);
  }

  @Applies('reaction.removed', ReactionBody)
  async deleteReaction(tx: Transaction, { conversationId, rev, actorId }: LogEntry, { seq, emoji }: ReactionBody): Promise<void> {
    await tx.query(deleteReaction, [conversationId, seq, rev, actorId, emoji]);
  }
}
