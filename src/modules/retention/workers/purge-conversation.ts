import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../../database/database.js';

const rowsPerStatement = 5000;

/** Arguments: $1 conversation, $2 the most rows, $3 the receipts of messages from this seq on stay. */
const deleteReceipts = `
  DELETE FROM receipt_advances a WHERE a.conversation_id = $1 AND (a.user_id, a.kind, a.up_to_seq) IN (
    SELECT b.user_id, b.kind, b.up_to_seq FROM members m JOIN receipt_advances b ON b.conversation_id = $1 AND b.user_id = m.user_id
    WHERE m.conversation_id = $1 AND b.kind IN ('delivered', 'read') AND b.up_to_seq < $3 LIMIT $2)
  RETURNING a.user_id`;

/** Arguments: $1 conversation, $2 the most rows. */
const deleteMembers = `
  DELETE FROM members m WHERE m.conversation_id = $1 AND m.user_id IN (SELECT x.user_id FROM members x WHERE x.conversation_id = $1 LIMIT $2)
  RETURNING m.user_id`;

/** What is left when the messages and the members are gone: few rows each, except for the conversation itself. */
const deleteRest = [
  'DELETE FROM saved_messages v WHERE v.conversation_id = $1',
  'DELETE FROM message_hides h WHERE h.conversation_id = $1',
  'DELETE FROM bans b WHERE b.conversation_id = $1',
  'DELETE FROM invites i WHERE i.conversation_id = $1',
  'DELETE FROM search_queue q WHERE q.conversation_id = $1',
  'DELETE FROM search_marks k WHERE k.conversation_id = $1',
  'DELETE FROM conversations c WHERE c.id = $1 AND c.deleted_at IS NOT NULL',
];

const everySeq = 2_147_483_647;

/** Deletes what a conversation has beside its messages, a few thousand rows per statement. */
@Injectable()
export class PurgeConversation {
  constructor(private readonly database: BatchDatabase) {}

  /** Deletes the receipts that concern only messages that have expired. */
  async deleteExpiredReceipts(conversationId: ConversationId): Promise<void> {
    const [row] = await this.database.query<{ seq: number }>('SELECT hidden_before_seq AS seq FROM conversations WHERE id = $1', [
      conversationId,
    ]);
    await this.deleteInSteps(deleteReceipts, [conversationId, rowsPerStatement, row?.seq ?? 0]);
  }

  /** Deletes everything of a deleted conversation whose messages are deleted, and at last the conversation itself. May be repeated. */
  async execute(conversationId: ConversationId): Promise<void> {
    await this.deleteInSteps(deleteReceipts, [conversationId, rowsPerStatement, everySeq]);
    await this.deleteInSteps(deleteMembers, [conversationId, rowsPerStatement]);
    await this.database.transaction(async (tx) => {
      for (const statement of deleteRest) await tx.query(statement, [conversationId]);
    });
  }

  private async deleteInSteps(statement: string, params: readonly unknown[]): Promise<void> {
    for (;;) {
      const rows = await this.database.query(statement, params);
      if (rows.length < rowsPerStatement) return;
    }
  }
}
