import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../../database/database.js';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { MaintenanceTask } from '../../queues/maintenance-task.js';
import { indexNext, queueForSearch, takeFromQueue } from '../infra/search-index.sql.js';

const everyMs = 1000;
/** Conversations of one turn. Persisting waits for a turn that has its conversation: it has to be short. */
const conversationsPerTurn = 20;
/** Of one conversation in a turn; what is left gets another one. */
const messagesPerConversation = 200;
/** Turns of one run: a run ends before the next one is due. */
const turnsMax = 50;
const turnsPerLook = 5;
/** While more than this waits to be persisted, people have need of the machine, and searching comes second ... */
const backlogMax = 500;
/** ... for so many seconds at the most. */
const lagMaxSeconds = 60;

/**
 * Brings changed texts into the search index, behind persist and out of its way. Search lags by a second or two, and by a minute
 * while there is more to do than that.
 */
@Injectable()
export class SearchIndexer implements OnModuleInit {
  constructor(
    private readonly database: BatchDatabase,
    @Inject(ConversationLog) private readonly log: Pick<ConversationLog, 'backlog'>,
  ) {}

  onModuleInit(): void {
    metrics.gauge({
      name: 'parley_search_lag_seconds',
      help: 'Age of the oldest change that search does not show',
      read: async () => [{ value: await this.lagSeconds() }],
    });
  }

  /** Indexes what waits, for as long as persisting has no need of the machine. */
  @MaintenanceTask('search-index', everyMs)
  async run(signal: AbortSignal): Promise<void> {
    for (let turn = 0; turn < turnsMax && !signal.aborted; turn += 1) {
      if (turn % turnsPerLook === 0 && !(await this.isItsTurn())) return;
      if (!(await this.indexSome())) return;
    }
  }

  private async isItsTurn(): Promise<boolean> {
    return (await this.log.backlog()).entries <= backlogMax || (await this.lagSeconds()) > lagMaxSeconds;
  }

  /** Whether something was waiting. */
  private indexSome(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const taken = await tx.prepared<{ conversation_id: ConversationId }>('search_take', takeFromQueue, [conversationsPerTurn]);
      if (taken.length === 0) return false;
      const ids = taken.map((row) => row.conversation_id);
      const unfinished = await tx.prepared<{ id: ConversationId }>('search_index', indexNext, [ids, messagesPerConversation]);
      if (unfinished.length > 0) await tx.prepared('queue_for_search', queueForSearch, [unfinished.map(({ id }) => id)]);
      return true;
    });
  }

  private async lagSeconds(): Promise<number> {
    const [row] = await this.database.query<{ lag: number }>(
      'SELECT COALESCE(extract(epoch FROM now() - min(since)), 0)::float8 AS lag FROM search_queue',
    );
    return row?.lag ?? 0;
  }
}
