import type { HistoryQuery, Message } from '#contracts/messages/schemas.js';
import { containsPattern } from '../../../database/like-pattern.js';

/** The filters of a history page. `text` matches a part of the text in any case. */
export type HistoryFilter = Pick<HistoryQuery, 'sender' | 'text' | 'replyTo' | 'from' | 'to'>;

/** The filter for messages in memory. It has to match the same messages as the SQL below. */
export function passesFilter(filter: HistoryFilter): (message: Message) => boolean {
  const text = filter.text?.toLowerCase();
  return (message) =>
    (filter.sender === undefined || message.senderId === filter.sender) &&
    (text === undefined || (message.text?.toLowerCase().includes(text) ?? false)) &&
    (filter.replyTo === undefined || message.replyTo === filter.replyTo) &&
    (filter.from === undefined || message.createdAt >= filter.from) &&
    (filter.to === undefined || message.createdAt <= filter.to);
}

/** The filter as SQL conditions on `m` and `h`, each with a leading `AND`. Appends its parameters to `params`, whose first is `$2`. */
export function filterSql(filter: HistoryFilter, params: unknown[]): string {
  const conditions: string[] = [];
  const add = (value: unknown, condition: (placeholder: string) => string) => {
    if (value === undefined) return;
    params.push(value);
    conditions.push(` AND ${condition(`$${params.length + 1}`)}`);
  };
  add(filter.sender, (value) => `m.sender_id = ${value}::uuid`);
  add(filter.text === undefined ? undefined : containsPattern(filter.text), (value) => `m.text ILIKE ${value} AND h.seq IS NULL`);
  add(filter.replyTo, (value) => `m.reply_to = ${value}::int`);
  add(filter.from, (value) => `m.created_at >= ${value}::timestamptz`);
  add(filter.to, (value) => `m.created_at <= ${value}::timestamptz`);
  return conditions.join('');
}
