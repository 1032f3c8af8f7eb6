import type { RetentionRun } from '#contracts/operations/schemas.js';
import { api } from './api.js';
import { queryRows } from './database.js';
import { environment } from './environment.js';
import { loginOperator } from './operator.js';
import { until } from './until.js';

/** A Parley and its database; the shared one by default. */
export interface Place {
  readonly url?: string;
  readonly databaseUrl: string;
}

/** Makes the messages of a conversation up to this `seq` older, once they are persisted. */
export async function ageMessages(conversationId: string, upToSeq: number, seconds = 86_400, place: Place = environment()): Promise<void> {
  await untilPersisted(conversationId, upToSeq, place);
  const aged = `UPDATE messages SET created_at = created_at - interval '${seconds} s'`;
  await queryRows(place.databaseUrl, `${aged} WHERE conversation_id = '${conversationId}' AND seq <= ${upToSeq}`);
}

/** Resolves when storage has the messages of a conversation up to this `seq`. */
async function untilPersisted(conversationId: string, upToSeq: number, place: Place = environment()): Promise<void> {
  const persisted = `SELECT FROM conversations WHERE id = '${conversationId}' AND last_seq >= ${upToSeq}`;
  await until('the messages are persisted', async () => (await queryRows(place.databaseUrl, persisted)).length === 1, {
    timeoutMs: 20_000,
  });
}

/** Requests a run of retention and returns it when it has ended. */
export async function runRetention(options: { readonly dryRun?: boolean; readonly url?: string } = {}): Promise<RetentionRun> {
  const login = await loginOperator(...(options.url === undefined ? [] : [options.url]));
  const { id } = (await api(login).call('admin.startRetention', { body: { dryRun: options.dryRun ?? false } })).ok(202);
  let ended: RetentionRun | undefined;
  await until(
    'the run has ended',
    async () => {
      const { items } = (await api(login).call('admin.retentionRuns')).ok(200);
      ended = items.find((run) => run.id === id && run.endedAt !== null);
      return ended !== undefined;
    },
    { timeoutMs: 40_000 },
  );
  if (ended === undefined) throw new Error('the run is not in the log');
  return ended;
}

/** The number of rows of a table that belong to a conversation. */
export async function countRows(table: string, conversationId: string, place: Place = environment()): Promise<number> {
  const column = table === 'conversations' ? 'id' : 'conversation_id';
  const [row] = await queryRows(place.databaseUrl, `SELECT count(*)::int AS rows FROM ${table} WHERE ${column} = '${conversationId}'`);
  return Number(row?.rows);
}
