import { StartError } from '#platform/start-error.js';
import { EmbeddedConversationLog } from './embedded-conversation-log.js';
import { openLogTable } from './log-table.js';

/**
 * Called before the log moves to Redis. Every entry that the embedded log acknowledged must be in storage, because no process reads
 * the embedded log after the move. Throws a `StartError` that says what to do.
 */
export async function refuseToLeaveBehind(databaseUrl: string, shardCount: number): Promise<void> {
  const table = openLogTable(databaseUrl);
  try {
    if (!(await table.hasGroups())) return;
    const log = new EmbeddedConversationLog(table, shardCount);
    await log.open();
    const { entries } = await log.backlog();
    if (entries === 0) return;
    throw new StartError(
      `${entries} acknowledged changes are still in the log of a single process: start Parley once without REDIS_URL, ` +
        'wait until parley_backlog_entries is 0, stop it, and start it with REDIS_URL again',
    );
  } finally {
    await table.close();
  }
}
