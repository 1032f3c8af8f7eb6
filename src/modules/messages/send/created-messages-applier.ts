import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../../../database/database.js';
import { copyBytes, copyNull, copyText } from '../../../database/copy-line.js';
import { plainArray } from '../../../database/plain-array.js';
import { memberKey } from '#platform/member-key.js';
import { AppliesMany } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { CreatedBody } from '../domain/message-state.js';
import { queueForSearch } from '../infra/search-index.sql.js';

const compiledBody = z.compile(CreatedBody);

/**
 * From so many messages on, COPY stores them at half the cost per row, for one more round trip. COPY refuses the whole batch if a message
 * is already stored; the batch is then divided until its parts are below this size, and `insertMessages` skips that message.
 */
const copyBatchMin = 50;

/**
 * Arguments  $1 the messages as a JSON array of `toRow` objects: writing one text costs two thirds of writing an array per column
 * Effects    the messages are stored; senders' own messages above their read cursors do not count as unread for them.
 */
const insertMessages = `
  WITH stored AS (
    INSERT INTO messages (conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, reply_to, mentions, metadata, created_at)
    SELECT i.conversation, i.seq, i.rev, i.id, i.client, i.sender, decode(i.hash, 'base64'), i.text, i.reply, COALESCE(i.mentions, '{}'), i.metadata, i.at
    FROM json_to_recordset($1::json) AS i (conversation uuid, seq int, rev int, id uuid, client uuid, sender uuid, hash text, text text, reply int,
      mentions uuid[], metadata jsonb, at timestamptz)
    ON CONFLICT (conversation_id, seq) DO NOTHING
    RETURNING conversation_id, sender_id, seq
  )
  UPDATE members m SET uncounted = m.uncounted + own.messages
  FROM (
    SELECT s.conversation_id, s.sender_id, count(*) AS messages
    FROM stored s JOIN members r ON r.conversation_id = s.conversation_id AND r.user_id = s.sender_id AND r.read_seq < s.seq
    GROUP BY s.conversation_id, s.sender_id
  ) own
  WHERE m.conversation_id = own.conversation_id AND m.user_id = own.sender_id`;

/** Stores a batch of `toLine` lines; fails as a whole if any of the messages is already stored. */
const copyMessages = `
  COPY messages (conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, reply_to, mentions, metadata, created_at) FROM STDIN`;

/**
 * Arguments  one element per sender and conversation: $1 conversation, $2 sender, $3 first and $4 last \`seq\` and $5 number of the new
 *            messages. The sender has no other messages between the two.
 * Effects    the messages above the sender's read cursor do not count as unread for the sender.
 */
const uncountOwn = `
  UPDATE members m SET uncounted = m.uncounted + CASE WHEN m.read_seq < o.first_seq THEN o.messages ELSE (
    SELECT count(*) FROM messages x WHERE x.conversation_id = o.conversation_id AND x.seq > m.read_seq AND x.seq <= o.last_seq AND x.sender_id = o.sender_id
  ) END
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[]) AS o (conversation_id, sender_id, first_seq, last_seq, messages)
  WHERE m.conversation_id = o.conversation_id AND m.user_id = o.sender_id AND m.read_seq < o.last_seq`;

/** Brings new messages into storage, all of a batch with one statement. */
@Injectable()
export class CreatedMessagesApplier {
  @AppliesMany('message.created')
  async storeMessages(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length < copyBatchMin) await tx.prepared('insert_messages', insertMessages, [JSON.stringify(entries.map(toRow))]);
    else await copyEntries(tx, entries);
    await tx.prepared('queue_for_search', queueForSearch, [plainArray([...new Set(entries.map((entry) => entry.conversationId))])]);
  }
}

/** A message with the field names of `insertMessages`. Fields that are undefined are left out of the JSON. */
function toRow({ conversationId, seq, rev, clientId, actorId, bodyHash, at, body }: LogEntry): object {
  const { id, text, replyTo, mentions, metadata } = compiledBody.parse(body);
  return {
    conversation: conversationId,
    seq,
    rev,
    id,
    client: clientId,
    sender: actorId,
    hash: bodyHash?.toString('base64'),
    text,
    reply: replyTo ?? undefined,
    mentions: mentions.length === 0 ? undefined : mentions,
    metadata,
    at,
  };
}

async function copyEntries(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
  await tx.copy(copyMessages, entries.map(toLine).join(''));
  const runs = ownRuns(entries);
  await tx.prepared('count_own', uncountOwn, [
    plainArray(runs.map(({ conversation }) => conversation)),
    plainArray(runs.map(({ sender }) => sender)),
    plainArray(runs.map(({ first }) => first)),
    plainArray(runs.map(({ last }) => last)),
    plainArray(runs.map(({ count }) => count)),
  ]);
}

interface OwnRun {
  readonly conversation: string;
  readonly sender: string;
  readonly first: number;
  last: number;
  count: number;
}

/** One run per sender and conversation, as `uncountOwn` takes them. */
function ownRuns(entries: readonly LogEntry[]): OwnRun[] {
  const runs = new Map<string, OwnRun>();
  for (const { conversationId, actorId, seq } of entries) {
    if (seq === null) continue;
    const key = memberKey(conversationId, actorId);
    const run = runs.get(key);
    if (run === undefined) runs.set(key, { conversation: conversationId, sender: actorId, first: seq, last: seq, count: 1 });
    else {
      run.last = seq;
      run.count += 1;
    }
  }
  return [...runs.values()];
}

/** A message as a line of `copyMessages`. */
function toLine({ conversationId, seq, rev, clientId, actorId, bodyHash, at, body }: LogEntry): string {
  const { id, text, replyTo, mentions, metadata } = compiledBody.parse(body);
  const hash = bodyHash === null ? copyNull : copyBytes(bodyHash);
  const values = [copyText(text), replyTo ?? copyNull, plainArray(mentions), copyText(JSON.stringify(metadata)), at.toISOString()];
  return `${conversationId}\t${seq ?? copyNull}\t${rev}\t${id}\t${clientId ?? copyNull}\t${actorId}\t${hash}\t${values.join('\t')}\n`;
}
