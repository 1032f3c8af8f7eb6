import { Database } from '../../../src/database/database.js';
import { createPool } from '../../../src/database/pool.js';
import { PostgresConversationLog } from '../../../src/modules/log/postgres/postgres-log.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { type LogStore, shardCount } from './log-scene.js';

/** A fresh database, and logs on it, each with connections of its own. */
export async function createPostgresStore(): Promise<LogStore & { readonly url: string }> {
  const url = await createDatabase(environment().adminUrl);
  const database = new Database(createPool({ connectionString: url, max: 6, name: 'parley-test' }));
  const logs: PostgresConversationLog[] = [];
  return {
    url,
    database,
    open: async () => {
      const log = new PostgresConversationLog(
        new Database(createPool({ connectionString: url, max: 2, name: 'parley-test-log' })),
        shardCount,
      );
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
