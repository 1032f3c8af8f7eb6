import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { Database, type Transaction } from '../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { KeyedMutex } from '#platform/keyed-mutex.js';
import { ApplyEntries } from './apply-entries.js';
import { ConversationLog } from './conversation-log.js';
import type { Committed, Draft, LogEntry } from './draft.js';
import { type Deliver, GroupCommit } from './group-commit.js';

/** What a change does, decided from the current state under the conversation's lock. */
export interface Decision<T> {
  /** Empty if there is nothing to change. */
  readonly drafts: readonly Draft[];
  /** Notifies the members, in `rev` order with all other events of the conversation. Storage does not show the change yet. */
  readonly deliver: Deliver;
  /** Runs when storage shows the change; its result is the answer. */
  readonly answer: (committed: readonly Committed[]) => T | Promise<T>;
}

const pendingPage = 1000;
/** Half of the pool: changes that wait for a busy conversation must not hold the connections that reads need. */
const runningMax = 6;
const waitingMax = 2000;

/**
 * Runs changes that read before they write (edits, members, settings), one at a time per conversation. Each change locks the
 * conversation's row, applies the pending entries, decides, commits to the log, and applies its own entries in the same transaction.
 * The log is the commit point here too: if the process dies after the commit, the worker applies the entry.
 */
@Injectable()
export class ConversationChanges {
  private readonly mutex = new KeyedMutex({ runningMax, waitingMax });

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly groupCommit: GroupCommit,
    private readonly applyEntries: ApplyEntries,
  ) {}

  /**
   * Runs one change. Throws what `decide` throws, `conversation.notFound`, or `overloaded`. Nothing has changed in that case, unless
   * the log or storage stopped answering during the change.
   */
  async runChange<T>(conversationId: ConversationId, decide: (tx: Transaction) => Promise<Decision<T>>): Promise<T> {
    let answer: (() => T | Promise<T>) | undefined;
    let hasSeenPending = false;
    try {
      await this.runLocked(conversationId, async (tx, applied) => {
        hasSeenPending = applied.length > 0;
        const decision = await decide(tx);
        if (decision.drafts.length === 0) {
          answer = () => decision.answer([]);
          return;
        }
        const committed = await this.groupCommit.commit(decision.drafts, decision.deliver);
        answer = () => decision.answer(committed);
        await this.applyPending(tx, conversationId, applied, committed);
      });
    } catch (error) {
      if (answer === undefined) {
        // A refusal may refer to a pending change ("is a member already"). Store that change, so that the client can read it.
        if (hasSeenPending && error instanceof AppError) await this.settlePending(conversationId).catch(() => undefined);
        throw error;
      }
      // The change is committed. A new transaction applies what the failed one would have stored.
      await this.settlePending(conversationId).catch(() => Promise.reject(error));
    }
    if (answer === undefined) throw new AppError('internal', { detail: 'a change was neither made nor refused' });
    return answer();
  }

  /** Stores every committed change. The read side calls this when a change is pending. */
  async settlePending(conversationId: ConversationId): Promise<void> {
    await this.runLocked(conversationId, () => Promise.resolve());
  }

  /** Locks the conversation's row, applies the pending entries, runs `work`, and settles what was applied after the transaction. */
  private runLocked<T>(conversationId: ConversationId, work: (tx: Transaction, applied: LogEntry[]) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(conversationId, async () => {
      const applied: LogEntry[] = [];
      const value = await this.database.transaction(async (tx) => {
        await this.lockConversation(tx, conversationId);
        await this.applyPending(tx, conversationId, applied);
        return work(tx, applied);
      });
      await this.log.settle(applied);
      return value;
    });
  }

  private async lockConversation(tx: Transaction, conversationId: ConversationId): Promise<void> {
    const rows = await tx.query('SELECT id FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [conversationId]);
    if (rows.length === 0) throw new AppError('conversation.notFound');
  }

  /** Applies everything up to and including `own`, because other users' messages may have been committed in between. */
  private async applyPending(
    tx: Transaction,
    conversationId: ConversationId,
    applied: LogEntry[],
    own: readonly Committed[] = [],
  ): Promise<void> {
    const newest = Math.max(0, ...own.map((committed) => committed.rev));
    const [mark] = await tx.query<{ last_rev: number }>('SELECT last_rev FROM conversations WHERE id = $1', [conversationId]);
    let afterRev = mark?.last_rev ?? 0;
    if (own.length > 0 && own[0]?.rev === afterRev + 1) return this.apply(tx, own.map(toEntry), applied);
    for (;;) {
      const entries = await this.log.pending(conversationId, { afterRev, order: 'asc', limit: pendingPage });
      await this.apply(tx, entries, applied);
      afterRev = entries.at(-1)?.rev ?? afterRev;
      if (entries.length < pendingPage) break;
    }
    if (afterRev < newest) throw new AppError('internal', { detail: 'the log does not return an entry that it committed' });
  }

  private async apply(tx: Transaction, entries: readonly LogEntry[], applied: LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.applyEntries.apply(tx, entries);
    applied.push(...entries);
  }
}

function toEntry(committed: Committed): LogEntry {
  const { draft, rev, seq } = committed;
  const { conversationId, kind, actorId, clientId, bodyHash, at, body } = draft;
  return { conversationId, rev, seq, kind, actorId, clientId, bodyHash, at, body, isParked: false, epoch: committed.epoch };
}
