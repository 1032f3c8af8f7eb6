import type { HistoryQuery, Message } from '#contracts/messages/schemas.js';
import { foldText } from '#platform/fold-text.js';
import { containsPattern } from '../../../database/like-pattern.js';

/** The filters of a history page. `text` matches a part of the text, both folded. */
export type HistoryFilter = Pick<HistoryQuery, 'sender' | 'text' | 'replyTo' | 'from' | 'to'>;

/** The filter for messages in memory. It decides: the SQL below may let more messages through. */
export function passesFilter(filter: HistoryFilter): (message: Message) => boolean {
  const text = filter.text === undefined ? undefined : foldText(filter.text);
  return (message) =>
    (filter.sender === undefined || message.senderId === filter.sender) &&
    (text === undefined || (message.text !== null && foldText(message.text).includes(text))) &&
    (filter.replyTo === undefined || message.replyTo === filter.replyTo) &&
    (filter.from === undefined || message.createdAt >= filter.from) &&
    (filter.to === undefined || message.createdAt <= filter.to);
}

/**
 * The filter as SQL conditions on `m` and `h`, each with a leading `AND`. Appends its parameters to `params`, whose first is `$2`. With
 * `text`, messages that are not in the search index yet pass, whatever their text.
 */
export function filterSql(filter: HistoryFilter, params: unknown[]): string {
  const conditions: string[] = [];
  const add = (value: unknown, condition: (placeholder: string) => string) => {
    if (value === undefined) return;
    params.push(value);
    conditions.push(` AND ${condition(`$${params.length + 1}`)}`);
  };
  add(filter.sender, (value) => `m.sender_id = ${value}::uuid`);
  add(
    filter.text === undefined ? undefined : containsPattern(foldText(filter.text)),
    (value) => `m.text IS NOT NULL AND h.seq IS NULL AND NOT EXISTS (SELECT FROM message_search s
      WHERE s.conversation_id = m.conversation_id AND s.seq = m.seq AND s.folded NOT LIKE ${value})`,
  );
  add(filter.replyTo, (value) => `m.reply_to = ${value}::int`);
  add(filter.from, (value) => `m.created_at >= ${value}::timestamptz`);
  add(filter.to, (value) => `m.created_at <= ${value}::timestamptz`);
  return conditions.join('');
}
