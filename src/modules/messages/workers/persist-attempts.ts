import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BatchDatabase } from '../../../database/database.js';
import type { LogEntry } from '../../log/draft.js';

/** Records in storage which entry of a shard is being persisted alone, so that it is known when the process dies with it. */
@Injectable()
export class PersistAttempts {
  /** Names this life of the process: when storage did not answer, the same process tries the same entry again, and that is no death. */
  private readonly process = randomUUID();

  constructor(private readonly database: BatchDatabase) {}

  /** The entry of the shard that was tried last, until the record is cleared. */
  async findLast(shard: number): Promise<Pick<LogEntry, 'conversationId' | 'rev'> | undefined> {
    const [row] = await this.database.prepared<Pick<LogEntry, 'conversationId' | 'rev'>>(
      'persist_attempts_last',
      'SELECT conversation_id AS "conversationId", rev FROM persist_attempts WHERE shard = $1',
      [shard],
    );
    return row;
  }

  /** Records that this process tries the entry; returns how many processes have tried it, including this one. */
  async recordAttempt(shard: number, { conversationId, rev }: LogEntry): Promise<number> {
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

  /** Clears the shard's record: no process died. */
  async clearAttempt(shard: number): Promise<void> {
    await this.database.prepared('persist_attempts_end', 'DELETE FROM persist_attempts WHERE shard = $1', [shard]);
  }
}
