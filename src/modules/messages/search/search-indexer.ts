import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId } from '../../../../contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { metrics } from '../../../platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { MaintenanceTasks } from '../../queues/maintenance-tasks.js';
import { indexNext, queueForSearch, takeFromQueue } from './search-index.sql.js';

const everyMs = 1000;
const messagesPerTurn = 1000;
/** While more than this waits to be persisted, searching comes second. */
const backlogMax = 5000;
/** Turns of one run: a run ends before the next one is due to look at the backlog again. */
const turnsMax = 50;

/** Brings changed texts into the search index, behind persist and out of its way. Search lags by a second or two. */
@Injectable()
export class SearchIndexer implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly tasks: MaintenanceTasks,
  ) {}

  onModuleInit(): void {
    this.tasks.register('search-index', everyMs, (signal) => this.run(signal));
    metrics.gauge({
      name: 'parley_search_lag_seconds',
      help: 'Age of the oldest change that search does not show',
      read: () => this.lag(),
    });
  }

  /** Indexes what waits, for as long as persisting has no need of the machine. */
  async run(signal: AbortSignal): Promise<void> {
    for (let turn = 0; turn < turnsMax && !signal.aborted; turn += 1) {
      if ((await this.log.backlog()).entries > backlogMax) return;
      if (!(await this.indexOne())) return;
    }
  }

  private indexOne(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [taken] = await tx.query<{ conversation_id: ConversationId }>(takeFromQueue);
      if (taken === undefined) return false;
      const [done] = await tx.query<{ messages: number }>(indexNext, [taken.conversation_id, messagesPerTurn]);
      if (done?.messages === messagesPerTurn) await tx.query(queueForSearch, [[taken.conversation_id]]);
      return true;
    });
  }

  private async lag(): Promise<Array<{ value: number }>> {
    const [row] = await this.database.query<{ lag: number }>(
      'SELECT COALESCE(extract(epoch FROM now() - min(since)), 0)::float8 AS lag FROM search_queue',
    );
    return [{ value: row?.lag ?? 0 }];
  }
}
