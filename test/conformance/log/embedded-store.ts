import { Database } from '../../../src/database/database.js';
import { createPool } from '../../../src/database/pool.js';
import { EmbeddedConversationLog } from '../../../src/modules/log/embedded/embedded-conversation-log.js';
import { openLogTable } from '../../../src/modules/log/embedded/log-table.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { type LogStore, shardCount } from './log-scene.js';

/** A fresh database and one process on it. Opening it again is a restart: the log is read from the database. */
export async function createEmbeddedStore(): Promise<LogStore & { readonly url: string }> {
  const store = await createEmbeddedLives();
  const log = await store.open();
  return {
    ...store,
    open: async () => {
      await log.open();
      return log;
    },
  };
}

/** A fresh database on which several processes open the embedded log one after another; each takes over from those before. */
export async function createEmbeddedLives(): Promise<
  Omit<LogStore, 'open'> & { readonly url: string; open(): Promise<EmbeddedConversationLog> }
> {
  const url = await createDatabase(environment().adminUrl);
  const database = new Database(createPool({ connectionString: url, max: 6, name: 'parley-test' }));
  const logs: EmbeddedConversationLog[] = [];
  return {
    opensSettled: true,
    url,
    database,
    open: async () => {
      const log = new EmbeddedConversationLog(openLogTable(url), shardCount);
      logs.push(log);
      await log.open();
      return log;
    },
    close: async () => {
      await Promise.all(logs.map((log) => log.close()));
      await database.pool.end();
    },
  };
}
