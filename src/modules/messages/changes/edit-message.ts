import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Message } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Transaction } from '../../../database/database.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent } from '../domain/message-state.js';
import { refuseLongText } from '../domain/refuse-long-text.js';
import { queueForSearch, removeFromSearch } from '../infra/search-index.sql.js';
import { ChangeMessage, type MessageRef, refuseDeleted } from './change-message.js';

const EditedBody = z.object({ seq: z.int().min(1), text: z.string() });
type EditedBody = z.output<typeof EditedBody>;

/** Replaces the text of the actor's own message within the policy's edit window. The former text stays in the message's edits. */
@Injectable()
export class EditMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The same text again changes nothing. Throws `forbidden`, `message.deleted`, `payload.tooLarge` and what `ChangeMessage` throws. */
  execute(actorId: UserId, target: MessageRef, text: string): Promise<Message> {
    refuseLongText(text, this.config.messageTextBytesMax, 'text');
    return this.changeMessage.execute(actorId, target, {
      kind: 'message.edited',
      body: { seq: target.seq, text } satisfies EditedBody,
      viewerId: null,
      check: mayEdit,
      isDone: (message) => message.text === text,
      deliver: (before, { rev, epoch, draft }) => {
        const edited = { ...before, rev, text, editedAt: draft.at.toISOString() };
        this.emitter.toViewers(before, 'message.updated', toEvent(edited, epoch));
      },
    });
  }
}

/** Throws unless the member wrote the message, may still post, and is within the edit window. */
export function mayEdit(member: MemberAccess, message: Message): void {
  if (message.senderId !== member.userId) throw new AppError('forbidden', { detail: 'only its sender may edit a message' });
  refuseDeleted(message);
  member.require('post');
  const windowMs = member.conversation.policy.editWindowSeconds * 1000;
  if (windowMs > 0 && clock.now() - Date.parse(message.createdAt) > windowMs) {
    throw new AppError('forbidden', { detail: 'the time in which this message could be edited is over' });
  }
}

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, $5 text. Keeps the former text. */
const updateText = `
  WITH before AS (
    SELECT text FROM messages WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL
  ), kept AS (
    INSERT INTO message_edits (conversation_id, seq, rev, text, replaced_at) SELECT $1, $2, $3, text, $4 FROM before ON CONFLICT DO NOTHING
  )
  UPDATE messages SET text = $5, edited_at = $4, rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL`;

/** Brings edits into storage. */
@Injectable()
export class EditMessageApplier {
  @Applies('message.edited', EditedBody)
  async updateText(tx: Transaction, { conversationId, rev, at }: LogEntry, { seq, text }: EditedBody): Promise<void> {
    await tx.query(updateText, [conversationId, seq, rev, at, text]);
    await tx.query(removeFromSearch, [conversationId, seq]);
    await tx.query(queueForSearch, [[conversationId]]);
  }
}
