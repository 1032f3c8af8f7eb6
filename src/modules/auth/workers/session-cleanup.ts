import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/database.js';
import { MaintenanceTask } from '../../queues/maintenance-task.js';

const intervalMs = 3_600_000;
/** Rows removed by one statement, so that none holds its locks for long. */
const rowsPerStatementMax = 5000;

const removals = [
  'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() LIMIT $1) RETURNING 1',
  'DELETE FROM refresh_tokens WHERE token_hash IN (SELECT token_hash FROM refresh_tokens WHERE expires_at < now() LIMIT $1) RETURNING 1',
] as const;

/**
 * Removes expired sessions and refresh tokens, hourly on one worker. Revoked sessions and spent tokens stay until they expire,
 * because their reuse has to be noticed.
 */
@Injectable()
export class SessionCleanup {
  constructor(private readonly database: Database) {}

  /** Answers the number of removed rows. May run on several nodes at once; stops early when `signal` aborts. */
  @MaintenanceTask('sessions.cleanup', intervalMs)
  async removeExpired(signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (const statement of removals) {
      let rows: unknown[];
      do {
        rows = await this.database.query(statement, [rowsPerStatementMax]);
        removed += rows.length;
      } while (rows.length === rowsPerStatementMax && signal?.aborted !== true);
    }
    return removed;
  }
}
