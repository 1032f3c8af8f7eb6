import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DeleteScope, Message } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Transaction } from '../../../database/database.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent, tombstone } from '../domain/message-state.js';
import { queueForSearch, removeFromSearch } from '../infra/search-index.sql.js';
import { ChangeMessage, type MessageChange, type MessageRef } from './change-message.js';

const DeletedBody = z.object({ seq: z.int().min(1) });
type DeletedBody = z.output<typeof DeletedBody>;

/** Deletes a message for all members, or hides it from the actor alone. A tombstone stays; deleting it again changes nothing. */
@Injectable()
export class DeleteMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** For all: by the sender or a moderator. For the actor alone: by any member. Throws `forbidden` and what `ChangeMessage` throws. */
  execute(actorId: UserId, target: MessageRef, scope: DeleteScope = 'all'): Promise<Message> {
    const change = scope === 'all' ? this.deleteForAll(target) : this.hideFrom(actorId, target);
    return this.changeMessage.execute(actorId, target, change);
  }

  private deleteForAll({ seq }: MessageRef): MessageChange {
    return {
      kind: 'message.deleted',
      body: { seq } satisfies DeletedBody,
      viewerId: null,
      check: mayDelete,
      isDone: (message) => message.deletedAt !== null,
      deliver: (before, { rev, epoch, draft }) => {
        const event = toEvent(tombstone(before, draft.at.toISOString(), rev), epoch);
        this.emitter.toViewers(before, 'message.deleted', event);
      },
    };
  }

  private hideFrom(actorId: UserId, { conversationId, seq }: MessageRef): MessageChange {
    return {
      kind: 'message.hidden',
      body: { seq } satisfies DeletedBody,
      viewerId: actorId,
      check: () => undefined,
      isDone: (message) => message.deletedAt !== null,
      deliver: (before, { rev, epoch, draft }) => {
        const event = toEvent(tombstone(before, draft.at.toISOString(), rev), epoch);
        this.emitter.toMember(conversationId, actorId, 'message.deleted', event);
        this.emitter.toConversation(conversationId, 'conversation.advanced', { conversationId, rev, epoch }, { exceptUser: actorId });
      },
    };
  }
}

function mayDelete(member: MemberAccess, message: Message): void {
  if (message.senderId === member.userId || member.can('moderate')) return;
  throw new AppError('forbidden', { detail: 'only its sender or a moderator may delete a message' });
}

/**
 * Arguments  $1 conversation, $2 seq, $3 rev, $4 time
 * Effects    the message is a tombstone, its former texts and reactions are gone. For members who had not read it, it stops being unread,
 *            unless it did not count as unread for them anyway (for its sender, and for members who had hidden it).
 */
const deleteMessage = `
  WITH deleted AS (
    UPDATE messages SET text = NULL, metadata = '{}', mentions = '{}', pinned_at = NULL, deleted_at = $4, rev = $3
    WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL
    RETURNING sender_id
  ), edits AS (
    DELETE FROM message_edits WHERE conversation_id = $1 AND seq = $2 AND EXISTS (SELECT FROM deleted)
  ), unreacted AS (
    DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2 AND EXISTS (SELECT FROM deleted)
  )
  UPDATE members m SET uncounted = uncounted + 1 FROM deleted d
  WHERE m.conversation_id = $1 AND m.read_seq < $2 AND m.user_id <> d.sender_id
    AND NOT EXISTS (SELECT FROM message_hides h WHERE h.conversation_id = $1 AND h.user_id = m.user_id AND h.seq = $2)`;

/**
 * Arguments  $1 conversation, $2 seq, $3 rev, $4 time, $5 user
 * Effects    the message is hidden from the user, and stops being unread for them.
 */
const hideMessage = `
  WITH hidden AS (
    INSERT INTO message_hides (conversation_id, user_id, seq, rev, hidden_at) VALUES ($1, $5, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING seq
  )
  UPDATE members m SET uncounted = m.uncounted + 1
  FROM hidden h JOIN messages x ON x.conversation_id = $1 AND x.seq = h.seq
  WHERE m.conversation_id = $1 AND m.user_id = $5 AND m.read_seq < h.seq AND x.sender_id <> $5 AND x.deleted_at IS NULL`;

/** Brings deletions into storage. */
@Injectable()
export class DeleteMessageApplier {
  @Applies('message.deleted', DeletedBody)
  async deleteMessage(tx: Transaction, { conversationId, rev, at }: LogEntry, { seq }: DeletedBody): Promise<void> {
    await tx.query(deleteMessage, [conversationId, seq, rev, at]);
    await tx.query(removeFromSearch, [conversationId, seq]);
    await tx.query(queueForSearch, [[conversationId]]);
  }

  @Applies('message.hidden', DeletedBody)
  async hideMessage(tx: Transaction, { conversationId, rev, at, actorId }: LogEntry, { seq }: DeletedBody): Promise<void> {
    await tx.query(hideMessage, [conversationId, seq, rev, at, actorId]);
  }
}
