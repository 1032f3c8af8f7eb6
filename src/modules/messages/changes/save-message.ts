import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { limits } from '#contracts/limits.js';
import type { SavedMessage } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { Database } from '../../../database/database.js';
import { Access } from '../../conversations/access.js';
import { Emitter } from '../../realtime/emitter.js';
import { SavedMessageEntity } from '../infra/saved-message.entity.js';
import { MessageLists } from '../read/message-lists.js';
import { type MessageRef, refuseDeleted } from './change-message.js';

/**
 * Arguments  $1 conversation, $2 user, $3 seq, $4 time, $5 the most messages that a user may have saved
 * Effects    The message is saved and its row returned, unless it was saved before or the user has saved too many.
 */
const insertSaved = `
  INSERT INTO saved_messages (conversation_id, user_id, seq, saved_at)
  SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM saved_messages WHERE user_id = $2) < $5
  ON CONFLICT DO NOTHING RETURNING seq`;

/**
 * Saves messages for one user. A saved message is private and no change of its conversation: it has no log entry, takes no `rev`, and
 * only the user's own sockets hear of it.
 */
@Injectable()
export class SaveMessage {
  constructor(
    private readonly database: Database,
    @InjectRepository(SavedMessageEntity) private readonly saved: Repository<SavedMessageEntity>,
    private readonly access: Access,
    private readonly messages: MessageLists,
    private readonly emitter: Emitter,
  ) {}

  /**
   * Saves a message; saving it again keeps the first time. Throws `conversation.notFound`, `message.notFound`, `message.deleted`, and
   * `forbidden` when the user has saved `savedMessagesMax` messages.
   */
  async saveMessage(userId: UserId, { conversationId, seq }: MessageRef): Promise<SavedMessage> {
    const message = await this.messages.getMessage(userId, conversationId, seq);
    refuseDeleted(message);
    const savedAt = clock.date();
    const inserted = await this.database.query(insertSaved, [conversationId, userId, seq, savedAt, limits.savedMessagesMax]);
    if (inserted.length > 0) {
      this.emitter.toUser(userId, 'message.saved', { conversationId, seq, savedAt: savedAt.toISOString() });
      return { message, savedAt: savedAt.toISOString() };
    }
    const earlier = await this.saved.findOneBy({ conversationId, userId, seq });
    if (earlier === null) throw new AppError('forbidden', { detail: `a user may save at most ${limits.savedMessagesMax} messages` });
    return { message, savedAt: earlier.savedAt.toISOString() };
  }

  /** Removes a message from the saved ones, if it is among them. Throws `conversation.notFound`. */
  async unsaveMessage(userId: UserId, { conversationId, seq }: MessageRef): Promise<void> {
    await this.access.of(conversationId, userId);
    const { affected } = await this.saved.delete({ conversationId, userId, seq });
    if (affected === 1) this.emitter.toUser(userId, 'message.saved', { conversationId, seq, savedAt: null });
  }
}
