import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BatchDatabase } from '../../../database/database.js';
import type { LogEntry } from '../../log/draft.js';

/** Notes on the disk which entry of a shard is being persisted alone, so that it is known of when the process dies of it. */
@Injectable()
export class PersistAttempts {
  /** This life of the process: it notes the same entry again when storage did not answer, and that is no death. */
  private readonly process = randomUUID();

  constructor(private readonly database: BatchDatabase) {}

  /** The entry of the shard that was begun with last, while the note is kept. */
  async last(shard: number): Promise<Pick<LogEntry, 'conversationId' | 'rev'> | undefined> {
    const [row] = await this.database.prepared<Pick<LogEntry, 'conversationId' | 'rev'>>(
      'persist_attempts_last',
      'SELECT conversation_id AS "conversationId", rev FROM persist_attempts WHERE shard = $1',
      [shard],
    );
    return row;
  }

  /** Notes that the entry is begun with; answers how many processes have begun with it, this one included. */
  async begin(shard: number, { conversationId, rev }: LogEntry): Promise<number> {
    const [row] = await this.database.prepared<{ attempts: number }>(
      'persist_attempts_begin',
      `INSERT INTO persist_attempts AS known (shard, conversation_id, rev, process, attempts) VALUES ($1, $2, $3, $4, 1)
       ON CONFLICT (shard) DO UPDATE SET conversation_id = excluded.conversation_id, rev = excluded.rev, process = excluded.process,
         attempts = CASE WHEN (known.conversation_id, known.rev) = (excluded.conversation_id, excluded.rev)
           THEN known.attempts + (known.process <> excluded.process)::int ELSE 1 END
       RETURNING attempts`,
      [shard, conversationId, rev, this.process],
    );
    return row?.attempts ?? 1;
  }

  /** Nobody died: the note of the shard is forgotten. */
  async end(shard: number): Promise<void> {
    await this.database.prepared('persist_attempts_end', 'DELETE FROM persist_attempts WHERE shard = $1', [shard]);
  }
}
