import { Injectable } from '@nestjs/common';
import type { LogEntry } from '../../log/draft.js';
import { Persist } from './persist.js';
import { PersistAttempts } from './persist-attempts.js';

/** Processes that may die with an entry alone, after one that died with its whole batch: it runs three times at the most. */
const deathsMax = 2;

/**
 * Step 4 for a batch that a process died with. One of its entries may be what ended it (more memory than there is, a loop without an
 * end, a fault of a library): each is persisted alone and noted before, and the one that processes die with again is parked.
 * Without this limit it would end one worker after the other, for ever. Costs a note and a transaction per entry, once after a death.
 */
@Injectable()
export class PersistOneByOne {
  constructor(
    private readonly persist: Persist,
    private readonly attempts: PersistAttempts,
  ) {}

  /** Answers the entries that were parked, like `Persist.persist`. */
  async persistAll(shard: number, entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const begin = await this.notedPlace(shard, entries);
    // What came before it in the batch was persisted by the process that died.
    const parked = await this.persist.persist(entries.slice(0, begin));
    for (const entry of entries.slice(begin)) parked.push(...(await this.persistOne(shard, entry)));
    await this.attempts.end(shard);
    return parked;
  }

  private async notedPlace(shard: number, entries: readonly LogEntry[]): Promise<number> {
    const last = await this.attempts.last(shard);
    const place = entries.findIndex(({ conversationId, rev }) => conversationId === last?.conversationId && rev === last.rev);
    return Math.max(0, place);
  }

  private async persistOne(shard: number, entry: LogEntry): Promise<LogEntry[]> {
    const deaths = (await this.attempts.begin(shard, entry)) - 1;
    if (deaths < deathsMax) return this.persist.persist([entry]);
    await this.persist.park(entry, `the process ended ${deaths} times while this entry was persisted alone`);
    return [entry];
  }
}
