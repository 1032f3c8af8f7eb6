import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../../database/database.js';
import { HistoryFloors } from '../../conversations/history-floors.js';
import type { DueConversation } from './find-due.js';

/** Arguments: $1 conversation, $2 an exclusive end, or null for all messages. */
const countMessages = `
  SELECT count(*)::int AS messages FROM messages x JOIN conversations c ON c.id = x.conversation_id
  WHERE x.conversation_id = $1 AND x.seq >= c.deleted_before_seq AND ($2::int IS NULL OR x.seq < GREATEST($2, c.hidden_before_seq))`;

/** Counts what a run would delete. Changes nothing. */
@Injectable()
export class CountDue {
  constructor(
    private readonly database: BatchDatabase,
    private readonly floors: HistoryFloors,
  ) {}

  /** The stored messages of the conversation that would be deleted now. */
  async countMessages({ id, isDeleted }: DueConversation): Promise<number> {
    const end = isDeleted ? null : await this.findEnd(id);
    const [row] = await this.database.query<{ messages: number }>(countMessages, [id, end]);
    return row?.messages ?? 0;
  }

  private async findEnd(id: ConversationId): Promise<number> {
    return (await this.floors.findExpired(this.database, id))?.beforeSeq ?? 1;
  }
}
