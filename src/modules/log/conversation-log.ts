import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../database/database.js';
import type { Draft, Head, LogEntry } from './draft.js';

/** What became of one draft. */
export type CommitOutcome =
  | { readonly outcome: 'committed' | 'replayed'; readonly seq: number | null; readonly rev: number }
  | { readonly outcome: 'conflict'; readonly seq: number | null }
  /** `unavailable`: what had to be asked did not answer in time; the draft may have been committed all the same. */
  | { readonly outcome: 'replyNotFound' | 'unknown' | 'refused' | 'unavailable' };

/** A stretch of one conversation's pending entries. Bounds are exclusive. */
export interface PendingRange {
  readonly afterRev?: number;
  readonly beforeRev?: number;
  readonly order: 'asc' | 'desc';
  /** 1 to 1000. */
  readonly limit: number;
}

/** A stretch of one conversation's pending messages. Bounds are exclusive. */
export interface PendingMessagesRange {
  readonly afterSeq?: number;
  readonly beforeSeq?: number;
  readonly order: 'asc' | 'desc';
  /** 1 to 1000. */
  readonly limit: number;
}

/** How much waits to be persisted. Parked entries are not in it. */
export interface Backlog {
  readonly entries: number;
  readonly oldestAt: Date | null;
}

/**
 * The commit point: what is in it is safe, and it alone gives numbers.
 *
 * Promises of every adapter, tested by the conformance suite:
 * - `commit` is atomic per unit (all drafts of a unit or none), gives dense `seq` and `rev` per conversation in the
 *   order of the drafts, and survives the death of any process once it has resolved.
 * - A client id known to the log or to storage is never numbered again: same hash `replayed`, another `conflict`.
 * - An entry is pending from its commit until it is settled; pending entries of a conversation are seen in `rev` order.
 * - Opening a log may settle what storage has.
 * - Settling what is settled, and parking what is parked, changes nothing.
 *
 * Only `GroupCommit` calls `commit`, one call at a time per process. Every call ends within the adapter's time limit.
 */
export abstract class ConversationLog {
  /** Shards of the outbox; a conversation always falls into the same one. */
  abstract readonly shardCount: number;

  /** Names this life of the log. */
  abstract epoch(): string;

  abstract shardOf(conversationId: ConversationId): number;

  /** Commits units of drafts; answers the outcomes in the same shape. No client id may stand twice in one call. */
  abstract commit(units: readonly (readonly Draft[])[]): Promise<CommitOutcome[][]>;

  /** Heads of the conversations that exist; idle ones come back from storage. */
  abstract heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>>;

  /** Entries of a conversation that are not settled, in `rev` order; parked ones are left out. */
  abstract pending(conversationId: ConversationId, range: PendingRange): Promise<LogEntry[]>;

  /** Those of a conversation's pending entries that took a `seq`, in its order; parked ones included. */
  abstract pendingMessages(conversationId: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]>;

  /** The newest pending entry that took a `seq`, for those of the conversations that have one. */
  abstract pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>>;

  /** The seqs of one actor's pending entries, by conversation; in no order. */
  abstract pendingSeqsBy(actorId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, number[]>>;

  /** Whether an entry that took no `seq` (an edit, a member's change) waits to be applied. */
  abstract hasPendingChange(conversationId: ConversationId): Promise<boolean>;

  /** The oldest entries of a shard in commit order, `limit` at the most; parked ones are left out. */
  abstract outbox(shard: number, limit: number): Promise<LogEntry[]>;

  /**
   * Takes persisted entries out of the outbox and out of what is pending, in the state in which they were read: an entry
   * that another worker has parked since is left alone, and so is one that is not parked any more.
   */
  abstract settle(entries: readonly LogEntry[]): Promise<void>;

  /** Sets an entry aside that cannot be persisted: out of the outbox, still readable as a message, still known by its client id. */
  abstract park(entry: LogEntry, reason: string): Promise<void>;

  /** A parked entry, or undefined. */
  abstract parked(conversationId: ConversationId, rev: number): Promise<LogEntry | undefined>;

  /** Shards that have something in their outbox. */
  abstract shardsWithWork(): Promise<number[]>;

  abstract backlog(): Promise<Backlog>;

  /** Called when another epoch has begun: clients have to load afresh. Never, where the log never begins another one. */
  onEpochChanged(_listener: (epoch: string) => void): void {
    // Most logs live one life.
  }

  /** Whether an entry is in the log until the transaction that stored it is on the disk of storage, however late that is. */
  get keepsUntilStored(): boolean {
    return false;
  }

  /**
   * Called in the transaction that brings entries into storage: rejects when the epoch they were read in is over, and keeps
   * another one from beginning before the transaction ends. Without an effect where the log never begins another one.
   */
  fence(_tx: Transaction, _entries: readonly LogEntry[]): Promise<void> {
    return Promise.resolve();
  }
}
