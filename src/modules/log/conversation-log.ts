import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../database/database.js';
import type { ClientKey, Draft, Head, KnownMessage, LogEntry } from './draft.js';

/** What became of one draft. */
export type CommitOutcome =
  | { readonly outcome: 'committed' | 'replayed'; readonly seq: number | null; readonly rev: number }
  | { readonly outcome: 'conflict'; readonly seq: number | null }
  /** `unavailable`: Redis or storage did not answer in time. The draft may have been committed nevertheless. */
  | { readonly outcome: 'replyNotFound' | 'unknown' | 'refused' | 'unavailable' };

/** A range of one conversation's pending entries. Bounds are exclusive. */
export interface PendingRange {
  readonly afterRev?: number;
  readonly beforeRev?: number;
  readonly order: 'asc' | 'desc';
  /** 1 to 1000. */
  readonly limit: number;
}

/** A range of one conversation's pending messages. Bounds are exclusive. */
export interface PendingMessagesRange {
  readonly afterSeq?: number;
  readonly beforeSeq?: number;
  readonly order: 'asc' | 'desc';
  /** 1 to 1000. */
  readonly limit: number;
}

/** How many entries wait to be persisted. Parked entries do not count. */
export interface Backlog {
  readonly entries: number;
  readonly oldestAt: Date | null;
}

/**
 * The commit point: an entry in the log is safe, and only the log assigns `seq` and `rev`.
 *
 * Promises of every adapter, tested by the conformance suite:
 * - `commit` is atomic per unit (all drafts of a unit or none) and assigns `seq` and `rev` without gaps per conversation, in the
 *   order of the drafts. Once it has resolved, its entries survive the death of any process.
 * - A client id that the log or storage knows never gets another number: `replayed` if the body hash is the same, otherwise `conflict`.
 * - An entry is pending from its commit until it is settled. Readers see the pending entries of a conversation in `rev` order.
 * - Opening a log may settle entries that storage already has.
 * - Settling a settled entry, or parking a parked one, changes nothing.
 *
 * Only `GroupCommit` calls `commit`, one call at a time per process. Every call ends within the adapter's time limit.
 */
export abstract class ConversationLog {
  /** Number of outbox shards. A conversation always belongs to the same shard. */
  abstract readonly shardCount: number;

  /** Identifies the current epoch of the log. A new epoch begins when acknowledged entries may have been lost. */
  abstract epoch(): string;

  abstract shardOf(conversationId: ConversationId): number;

  /** Commits units of drafts and returns their outcomes in the same shape. A client id may appear only once per call. */
  abstract commit(units: readonly (readonly Draft[])[]): Promise<CommitOutcome[][]>;

  /**
   * What was committed under each of these client ids, in their order; undefined where nothing was. A commit that is under way may be
   * missing: `commit` decides.
   */
  abstract findKnown(keys: readonly ClientKey[]): Promise<Array<KnownMessage | undefined>>;

  /** Heads of the conversations that exist. The heads of idle conversations are read from storage. */
  abstract heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>>;

  /** The pending entries of a conversation in `rev` order, without parked entries. */
  abstract pending(conversationId: ConversationId, range: PendingRange): Promise<LogEntry[]>;

  /** The pending entries of a conversation that took a `seq`, in `seq` order, including parked entries. */
  abstract pendingMessages(conversationId: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]>;

  /** The newest pending entry that took a `seq`, for each conversation that has such an entry. */
  abstract pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>>;

  /** The seqs of one actor's pending entries by conversation, in no particular order. */
  abstract pendingSeqsBy(actorId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, number[]>>;

  /** Whether an entry that took no `seq` (an edit, a change of a member) waits to be applied. */
  abstract hasPendingChange(conversationId: ConversationId): Promise<boolean>;

  /** The oldest entries of a shard in commit order, at most `limit`, without parked entries. */
  abstract outbox(shard: number, limit: number): Promise<LogEntry[]>;

  /**
   * Removes persisted entries from the outbox and from the pending entries. Skips each entry whose state has changed since it was
   * read: one that another worker has parked, or one that is no longer parked.
   */
  abstract settle(entries: readonly LogEntry[]): Promise<void>;

  /** Parks an entry that cannot be persisted: it leaves the outbox, stays readable as a message, and its client id stays known. */
  abstract park(entry: LogEntry, reason: string): Promise<void>;

  /** The parked entry with this `rev`, or undefined. */
  abstract parked(conversationId: ConversationId, rev: number): Promise<LogEntry | undefined>;

  /** The shards whose outbox is not empty. */
  abstract shardsWithWork(): Promise<number[]>;

  abstract backlog(): Promise<Backlog>;

  /** Calls `listener` when a new epoch has begun, because clients must then reload. An adapter with a single epoch never calls it. */
  onEpochChanged(_listener: (epoch: string) => void): void {
    // The epoch of the embedded log never changes.
  }

  /** Whether the log keeps an entry until the transaction that stored it has reached the disk, however late that happens. */
  get keepsUntilStored(): boolean {
    return false;
  }

  /**
   * Called in the transaction that stores entries. Rejects if the epoch in which they were read is over, and prevents a new epoch
   * from beginning before the transaction ends. Has no effect in an adapter with a single epoch.
   */
  fence(_tx: Transaction, _entries: readonly LogEntry[]): Promise<void> {
    return Promise.resolve();
  }
}
