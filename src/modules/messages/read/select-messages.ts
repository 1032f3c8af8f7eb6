import type { Message, Reaction } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import type { Queryable } from '../../../database/database.js';
import type { RowOf } from '../../../database/row-of.js';
import { tombstone } from '../domain/message-state.js';
import type { MessageEntity } from '../infra/message.entity.js';

/** A row of `messageColumns`. */
export interface MessageRow extends RowOf<
  MessageEntity,
  | 'conversationId'
  | 'seq'
  | 'id'
  | 'rev'
  | 'clientId'
  | 'senderId'
  | 'text'
  | 'replyTo'
  | 'mentions'
  | 'metadata'
  | 'pinnedAt'
  | 'createdAt'
  | 'editedAt'
  | 'deletedAt'
> {
  readonly hidden_at: Date | null;
  readonly reactions: Reaction[] | null;
}

/** The columns of a `MessageRow`, from the message `m` and the viewer's own hiding of it `h`. `viewer` is an SQL expression. */
export function messageColumns(viewer: string): string {
  return `m.conversation_id, m.seq, m.id, GREATEST(m.rev, h.rev) AS rev, m.client_id, m.sender_id, m.text, m.reply_to, m.mentions,
  m.metadata, m.pinned_at, m.created_at, m.edited_at, m.deleted_at, h.hidden_at,
  (SELECT json_agg(json_build_object('emoji', r.emoji, 'count', r.users, 'me', r.mine) ORDER BY r.first_at, r.emoji)
   FROM (SELECT emoji, count(*) AS users, COALESCE(bool_or(user_id = ${viewer}), false) AS mine, min(created_at) AS first_at
         FROM reactions WHERE conversation_id = m.conversation_id AND seq = m.seq GROUP BY emoji) r) AS reactions`;
}

const columns = messageColumns('$1::uuid');

/**
 * Selects persisted messages as one viewer sees them, or as all members do (null). In `clause`, which follows
 * `WHERE`, `m` is the message, `h` the viewer's own hiding of it, `$1` the viewer, and `$2` the first of `params`. A statement with a
 * `name` is planned once per connection: use one where the best plan does not depend on the parameters.
 */
export async function selectMessages(
  db: Queryable,
  viewerId: UserId | null,
  clause: string,
  params: readonly unknown[],
  name?: string,
): Promise<Message[]> {
  const sql = `SELECT ${columns} FROM messages m
     LEFT JOIN message_hides h ON h.conversation_id = m.conversation_id AND h.user_id = $1::uuid AND h.seq = m.seq
     WHERE ${clause}`;
  const values = [viewerId, ...params];
  const rows = await (name === undefined ? db.query<MessageRow>(sql, values) : db.prepared<MessageRow>(name, sql, values));
  return rows.map(presentMessage);
}

/** The message of a row, as the row's viewer sees it: a message that they have hidden is a tombstone. */
export function presentMessage(row: MessageRow): Message {
  const message: Message = {
    id: row.id,
    conversationId: row.conversation_id,
    seq: row.seq,
    rev: row.rev,
    clientId: row.client_id,
    senderId: row.sender_id,
    text: row.text,
    replyTo: row.reply_to,
    mentions: row.mentions,
    reactions: row.reactions ?? [],
    metadata: row.metadata,
    pinnedAt: row.pinned_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
  };
  return row.hidden_at === null || message.deletedAt !== null ? message : tombstone(message, row.hidden_at.toISOString(), row.rev);
}
