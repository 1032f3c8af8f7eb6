import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchedReads } from '#platform/batched-reads.js';
import { Database, type Queryable } from '../../../database/database.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';
import type { FloorSteps } from '../history-floor.js';

interface FloorRow {
  readonly place: number;
  readonly floor: number;
  readonly now_ms: number;
  readonly seq: number | null;
  readonly expires_in_ms: number | null;
}

/** A floor, and when each of the next messages expires, by the database's clock. */
interface StoredSteps {
  readonly floor: number;
  readonly nowMs: number;
  readonly readAt: number;
  readonly expiries: ReadonlyArray<{ readonly seq: number; readonly at: number }>;
}

/** Expiries that are read ahead. */
const stepsMax = 200;
/** The longest time for which the steps count. Short, because clocks are set and databases are restored. */
const validMaxMs = 5000;

/**
 * Arguments  parallel arrays: $1 conversation, $2 retention in seconds, $3 a floor that is known; $4 how many expiries to read ahead
 * Returns    the lowest `seq` that has not expired, and the messages from there on, each with the milliseconds until it expires
 * How        Times rise with `seq`, so the floor is found by halving the range: some twenty look-ups in the primary key for a million messages.
 *            The clock is that of the database alone: nodes may disagree about the time.
 */
const selectSteps = `
  SELECT w.place::int, f.floor, (extract(epoch FROM now()) * 1000)::float8 AS now_ms, m.seq,
    (extract(epoch FROM m.created_at - now()) * 1000 + w.seconds * 1000)::float8 AS expires_in_ms
  FROM unnest($1::uuid[], $2::float8[], $3::int[]) WITH ORDINALITY AS w (conversation_id, seconds, known_floor, place)
  CROSS JOIN LATERAL (
    WITH RECURSIVE halving (low, high) AS (
      SELECT w.known_floor, GREATEST(w.known_floor, (SELECT c.last_seq + 1 FROM conversations c WHERE c.id = w.conversation_id))
      UNION ALL
      SELECT CASE WHEN probe.is_expired THEN probe.seq + 1 ELSE h.low END,
        CASE WHEN probe.is_expired THEN h.high ELSE h.low + (h.high - h.low) / 2 END
      FROM halving h LEFT JOIN LATERAL (
        SELECT x.seq, x.created_at <= now() - make_interval(secs => w.seconds) AS is_expired FROM messages x
        WHERE x.conversation_id = w.conversation_id AND x.seq >= h.low + (h.high - h.low) / 2 AND x.seq < h.high
        ORDER BY x.seq LIMIT 1
      ) probe ON true
      WHERE h.low < h.high
    )
    SELECT max(low) AS floor FROM halving
  ) f
  LEFT JOIN LATERAL (
    SELECT x.seq, x.created_at FROM messages x WHERE x.conversation_id = w.conversation_id AND x.seq >= f.floor ORDER BY x.seq LIMIT $4
  ) m ON true`;

/** Reads when the messages of a conversation expire, including those that are not persisted yet. */
@Injectable()
export class FloorReader {
  private readonly reads = new BatchedReads((keys: readonly string[]) => this.readAll(keys), { weightOfKey: () => 5 });

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
  ) {}

  /** The steps from a known floor on. */
  async readSteps(conversationId: ConversationId, seconds: number, floor: number): Promise<FloorSteps> {
    // The log first: an entry that is persisted in between is then seen twice instead of never.
    const pending = await this.log.pendingMessages(conversationId, { afterSeq: floor - 1, order: 'asc', limit: stepsMax });
    const stored = await this.reads.readOne(`${conversationId} ${seconds} ${floor}`);
    if (stored === undefined) return { floor, expiries: [], completeUntil: performance.now() + validMaxMs };
    const expiries = [...stored.expiries, ...pendingExpiries(pending, stored, seconds)];
    const isFull = stored.expiries.length >= stepsMax || pending.length >= stepsMax;
    // A message that is sent later expires a whole retention later. Half of it leaves room for clocks that differ.
    const laterAt = stored.readAt + Math.min(validMaxMs, (seconds * 1000) / 2);
    const lastAt = expiries.at(-1)?.at ?? Infinity;
    return { floor: stored.floor, expiries, completeUntil: isFull ? Math.min(laterAt, lastAt) : laterAt };
  }

  /** The floor alone, by what is stored. */
  async readFloor(db: Queryable, conversationId: ConversationId, seconds: number, floor: number): Promise<number> {
    const [row] = await db.query<FloorRow>(selectSteps, [[conversationId], [seconds], [floor], 1]);
    return row?.floor ?? floor;
  }

  private async readAll(keys: readonly string[]): Promise<Map<string, StoredSteps>> {
    const queries = keys.map((key) => key.split(' '));
    const readAt = performance.now();
    const rows = await this.database.prepared<FloorRow>('history_floors', selectSteps, [
      queries.map(([id]) => id),
      queries.map(([, seconds]) => Number(seconds)),
      queries.map(([, , floor]) => Number(floor)),
      stepsMax,
    ]);
    const found = new Map<string, StoredSteps & { expiries: Array<{ seq: number; at: number }> }>();
    for (const { place, floor, now_ms: nowMs, seq, expires_in_ms: expiresInMs } of rows) {
      const key = keys[place - 1] ?? '';
      const steps = found.get(key) ?? { floor, nowMs, readAt, expiries: [] };
      if (seq !== null && expiresInMs !== null) steps.expiries.push({ seq, at: readAt + expiresInMs });
      found.set(key, steps);
    }
    return found;
  }
}

/** The expiries of messages that storage does not have yet. */
function pendingExpiries(entries: readonly LogEntry[], { floor, nowMs, readAt, expiries }: StoredSteps, seconds: number) {
  const newestStored = expiries.at(-1)?.seq ?? 0;
  return entries.flatMap(({ seq, at }) =>
    seq === null || seq < floor || seq <= newestStored ? [] : [{ seq, at: readAt + at.getTime() - nowMs + seconds * 1000 }],
  );
}
