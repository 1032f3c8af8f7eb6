import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ConversationId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import type { Queryable } from '../../database/database.js';
import { effectiveRetention } from './domain/policy.js';
import { HistoryFloor } from './history-floor.js';
import { FloorReader } from './read/floor.reader.js';

const floorsMax = 20_000;

/** What decides about the floor of a conversation, as it is stored. */
export interface RetentionFacts {
  readonly id: ConversationId;
  /** The conversation's own setting: null for the server's default. */
  readonly retentionSeconds: number | null;
  /** Below this `seq` all messages have expired for good, whatever the setting is now. */
  readonly hiddenBeforeSeq: number;
}

/** Messages that have expired, from the first one on. */
export interface ExpiredRange {
  readonly fromSeq: number;
  /** The lowest `seq` that has not expired. */
  readonly beforeSeq: number;
}

/** The floors of conversations: below them, messages have expired and are shown to no one. */
@Injectable()
export class HistoryFloors {
  private readonly floors = new LRUCache<string, HistoryFloor>({ max: floorsMax });

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'retentionDefaultSeconds'>,
    private readonly reader: FloorReader,
  ) {}

  /** The conversation's floor, shared by all who use it with the same setting; undefined while nothing has expired or can expire. */
  floorOf({ id, retentionSeconds, hiddenBeforeSeq }: RetentionFacts): HistoryFloor | undefined {
    const seconds = effectiveRetention(retentionSeconds, this.config.retentionDefaultSeconds);
    if (seconds === null) return hiddenBeforeSeq > 1 ? HistoryFloor.fixedAt(hiddenBeforeSeq) : undefined;
    const key = `${id} ${seconds}`;
    const known = this.floors.get(key);
    known?.raiseTo(hiddenBeforeSeq);
    if (known !== undefined) return known;
    const floor = new HistoryFloor((from) => this.reader.readSteps(id, seconds, from), hiddenBeforeSeq);
    this.floors.set(key, floor);
    return floor;
  }

  /** Whether messages expire where a conversation does not say otherwise. */
  get hasDefault(): boolean {
    return this.config.retentionDefaultSeconds > 0;
  }

  /** The messages that have expired since this was last made final. Read in a transaction that has locked the conversation's row. */
  async findExpired(tx: Queryable, id: ConversationId): Promise<ExpiredRange | undefined> {
    const [row] = await tx.query<{ hidden_before_seq: number; retention: number | null }>(
      `SELECT c.hidden_before_seq, ${this.retentionSql()} AS retention FROM conversations c WHERE c.id = $1 AND c.deleted_at IS NULL`,
      [id],
    );
    if (row === undefined || row.retention === null) return undefined;
    const beforeSeq = await this.reader.readFloor(tx, id, row.retention, row.hidden_before_seq);
    return beforeSeq > row.hidden_before_seq ? { fromSeq: row.hidden_before_seq, beforeSeq } : undefined;
  }

  /**
   * The retention of the conversation `c` in seconds, as an SQL expression; null where messages do not expire. For statements that select
   * messages of many conversations; for one conversation the floor is cheaper.
   */
  retentionSql(): string {
    const byDefault = this.config.retentionDefaultSeconds;
    const own = "(c.policy ->> 'retentionSeconds')::float8";
    return byDefault === 0 ? own : `COALESCE(${own}, ${byDefault})`;
  }

  /** The floors of these conversations now. Those where nothing has expired are left out. */
  async findFloors(all: readonly RetentionFacts[]): Promise<Map<ConversationId, number>> {
    const found = new Map<ConversationId, number>();
    await Promise.all(
      all.map(async (facts) => {
        const floor = this.floorOf(facts);
        if (floor === undefined) return;
        if (!floor.isFresh) await floor.refresh();
        if (floor.seq > 1) found.set(facts.id, floor.seq);
      }),
    );
    return found;
  }
}
