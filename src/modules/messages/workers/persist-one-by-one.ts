import { Injectable } from '@nestjs/common';
import type { LogEntry } from '../../log/draft.js';
import { Persist } from './persist.js';
import { PersistAttempts } from './persist-attempts.js';

/** Processes that may die with an entry alone, after the one that died with its whole batch: an entry runs at most three times. */
const deathsMax = 2;

/**
 * Step 4 for a batch with which a process died. One of its entries may be the cause (out of memory, an endless loop, a library's bug), so
 * each entry is recorded and then persisted alone; an entry with which processes die again is parked. Without this limit it would
 * kill one worker after another, for ever. It costs a record and a transaction per entry, once after a death.
 */
@Injectable()
export class PersistOneByOne {
  constructor(
    private readonly persist: Persist,
    private readonly attempts: PersistAttempts,
  ) {}

  /** Returns the entries that were parked, like `Persist.execute`. */
  async execute(shard: number, entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const begin = await this.recordedPlace(shard, entries);
    // The process that died persisted what precedes the recorded entry.
    const parked = await this.persist.execute(entries.slice(0, begin));
    for (const entry of entries.slice(begin)) parked.push(...(await this.persistOne(shard, entry)));
    await this.attempts.clearAttempt(shard);
    return parked;
  }

  private async recordedPlace(shard: number, entries: readonly LogEntry[]): Promise<number> {
    const last = await this.attempts.findLast(shard);
    const place = entries.findIndex(({ conversationId, rev }) => conversationId === last?.conversationId && rev === last.rev);
    return Math.max(0, place);
  }

  private async persistOne(shard: number, entry: LogEntry): Promise<LogEntry[]> {
    const deaths = (await this.attempts.recordAttempt(shard, entry)) - 1;
    if (deaths < deathsMax) return this.persist.execute([entry]);
    await this.persist.parkEntry(entry, `the process ended ${deaths} times while this entry was persisted alone`);
    return [entry];
  }
}
