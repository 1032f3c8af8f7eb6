import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../../database/database.js';
import { foldText } from '#platform/fold-text.js';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { MaintenanceTask } from '../../queues/maintenance-task.js';
import { indexTexts, queueForSearch, removeFromSearch, selectChanged, takeFromQueue } from '../infra/search-index.sql.js';
import { tokensOf } from '../infra/search-tokens.js';

/** A message as it is stored. */
interface ChangedText {
  readonly id: ConversationId;
  readonly seq: number;
  readonly rev: number;
  readonly text: string | null;
}

/** A message as the index holds it. Both forms of a deleted text are null. */
interface IndexedText {
  readonly id: ConversationId;
  readonly seq: number;
  readonly rev: number;
  readonly folded: string | null;
  readonly tokens: string | null;
}

const intervalMs = 1000;
/** A turn is one transaction. It has to be short, because changes of its conversations wait until it ends. */
const conversationsPerTurn = 20;
/** Messages of one conversation in a turn. A conversation with more is queued again. */
const messagesPerConversation = 200;
/** Length of the texts, in UTF-16 code units, that are split into words before other work of the process gets its turn: a millisecond. */
const lengthPerSlice = 5000;
/** Turns of one run, so that a run ends before the next one is due. */
const turnsMax = 50;
const turnsPerBacklogCheck = 5;
/** Entries that wait to be persisted. Above this, user traffic has priority over indexing ... */
const backlogMax = 500;
/** ... until search lags behind by this much. */
const lagMaxSeconds = 60;

/** Brings changed texts into the search index, after they are persisted. Search lags behind by a second or two, by a minute under load. */
@Injectable()
export class SearchIndexer implements OnModuleInit {
  constructor(
    private readonly database: BatchDatabase,
    @Inject(ConversationLog) private readonly log: Pick<ConversationLog, 'backlog'>,
  ) {}

  onModuleInit(): void {
    metrics.addGauge({
      name: 'parley_search_lag_seconds',
      help: 'Age of the oldest change that search does not show',
      read: async () => [{ value: await this.lagSeconds() }],
    });
  }

  /** Indexes the queued conversations, until none is left or persisting needs the machine. */
  @MaintenanceTask('search-index', intervalMs)
  async run(signal: AbortSignal): Promise<void> {
    for (let turn = 0; turn < turnsMax && !signal.aborted; turn += 1) {
      if (turn % turnsPerBacklogCheck === 0 && !(await this.isItsTurn())) return;
      if (!(await this.indexSome())) return;
    }
  }

  private async isItsTurn(): Promise<boolean> {
    return (await this.log.backlog()).entries <= backlogMax || (await this.lagSeconds()) > lagMaxSeconds;
  }

  /** Indexes some conversations in one transaction. False when the queue is empty. */
  private indexSome(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const taken = await tx.prepared<{ conversation_id: ConversationId }>('search_take', takeFromQueue, [conversationsPerTurn]);
      if (taken.length === 0) return false;
      const ids = taken.map((row) => row.conversation_id);
      const changed = await tx.prepared<ChangedText>('search_changed', selectChanged, [ids, messagesPerConversation]);
      for (const { id, seq, text } of changed) if (text === null) await tx.prepared('search_remove', removeFromSearch, [id, seq]);
      await tx.prepared('search_index', indexTexts, [JSON.stringify(await toIndexed(changed))]);
      const unfinished = ids.filter((id) => changed.filter((one) => one.id === id).length === messagesPerConversation);
      if (unfinished.length > 0) await tx.prepared('queue_for_search', queueForSearch, [unfinished]);
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

/** Folds the texts and splits them into words, a slice at a time: in one process, sends wait for the same event loop. */
async function toIndexed(changed: readonly ChangedText[]): Promise<IndexedText[]> {
  const indexed: IndexedText[] = [];
  let length = 0;
  for (const { id, seq, rev, text } of changed) {
    indexed.push({ id, seq, rev, folded: text === null ? null : foldText(text), tokens: text === null ? null : tokensOf(id, text) });
    length += text?.length ?? 0;
    if (length < lengthPerSlice) continue;
    length = 0;
    await setImmediate();
  }
  return indexed;
}
