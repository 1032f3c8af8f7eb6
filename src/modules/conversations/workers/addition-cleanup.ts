import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import { Database } from '../../../database/database.js';
import { MaintenanceTask } from '../../queues/maintenance-task.js';

const intervalMs = 3_600_000;
/** Rows removed by one statement, so that none holds its locks for long. */
const rowsPerStatementMax = 5000;

/** Arguments: $1 days until a request expires, $2 limit. Additions count for a day; declined requests keep others away until they expire. */
const removeExpired = `
  DELETE FROM additions WHERE (conversation_id, user_id) IN (
    SELECT conversation_id, user_id FROM additions
    WHERE added_at < now() - interval '1 day' AND (state = 'added' OR added_at < now() - make_interval(days => $1))
    LIMIT $2)
  RETURNING 1`;

/** Removes additions and requests that have no effect any more, hourly on one worker. */
@Injectable()
export class AdditionCleanup {
  constructor(private readonly database: Database) {}

  /** Answers the number of removed rows. Stops early when `signal` aborts. */
  @MaintenanceTask('additions.cleanup', intervalMs)
  async removeExpired(signal?: AbortSignal): Promise<number> {
    for (let removed = 0; ;) {
      const rows = await this.database.query(removeExpired, [limits.additionRequestDays, rowsPerStatementMax]);
      removed += rows.length;
      if (rows.length < rowsPerStatementMax || signal?.aborted === true) return removed;
    }
  }
}
