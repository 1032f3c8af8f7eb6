import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { Database, type Transaction } from '../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { KeyedMutex } from '#platform/keyed-mutex.js';
import { ApplyEntries } from './apply-entries.js';
import { ConversationLog } from './conversation-log.js';
import type { Committed, Draft, LogEntry } from './draft.js';
import { type Deliver, GroupCommit } from './group-commit.js';

/** What a change decided to do, having read the present state under the conversation's lock. */
export interface Decision<T> {
  /** Nothing to change: no drafts. */
  readonly drafts: readonly Draft[];
  /** Tells the members, in `rev` order with all other events of the conversation. Storage does not show the change yet. */
  readonly deliver: Deliver;
  /** Runs when storage shows the change; what it gives is the answer. */
  readonly answer: (committed: readonly Committed[]) => T | Promise<T>;
}

const pendingPage = 1000;
/** Half of the pool: changes that wait for a hot conversation must not hold the connections that reads need. */
const runningMax = 6;
const waitingMax = 2000;

/**
 * Changes that have to look before they write (edits, members, settings). One at a time per conversation: the row is
 * locked, what is pending is applied, the change is decided, committed to the log and applied in the same transaction.
 * The log is the commit point here too: when the process dies after it, the worker applies the entry.
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
   * Runs one change. Throws what `decide` throws, `conversation.notFound`, or `overloaded`; nothing is changed then, unless the
   * log or storage stopped answering in the middle of it.
   */
  async run<T>(conversationId: ConversationId, decide: (tx: Transaction) => Promise<Decision<T>>): Promise<T> {
    let taken: (() => T | Promise<T>) | undefined;
    let hasSeenPending = false;
    try {
      await this.locked(conversationId, async (tx, applied) => {
        hasSeenPending = applied.length > 0;
        const decided = await decide(tx);
        if (decided.drafts.length === 0) {
          taken = () => decided.answer([]);
          return;
        }
        const numbered = await this.groupCommit.commit(decided.drafts, decided.deliver);
        taken = () => decided.answer(numbered);
        await this.applyPending(tx, conversationId, applied, numbered);
      });
    } catch (error) {
      if (taken === undefined) {
        // A refusal may be for what was pending ("is a member already"): whoever is told so has to find it in storage.
        if (hasSeenPending && error instanceof AppError) await this.settlePending(conversationId).catch(() => undefined);
        throw error;
      }
      // Committed is committed: what the lost transaction would have stored is applied by another one.
      await this.settlePending(conversationId).catch(() => Promise.reject(error));
    }
    if (taken === undefined) throw new AppError('internal', { detail: 'a change was neither taken nor refused' });
    return taken();
  }

  /** Makes storage show every change that is committed: the read side calls this when one waits. */
  async settlePending(conversationId: ConversationId): Promise<void> {
    await this.locked(conversationId, () => Promise.resolve());
  }

  /** Runs `work` with the conversation's row locked and everything pending applied; what was applied is settled afterwards. */
  private locked<T>(conversationId: ConversationId, work: (tx: Transaction, applied: LogEntry[]) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(conversationId, async () => {
      const applied: LogEntry[] = [];
      const value = await this.database.transaction(async (tx) => {
        await this.lock(tx, conversationId);
        await this.applyPending(tx, conversationId, applied);
        return work(tx, applied);
      });
      await this.log.settle(applied);
      return value;
    });
  }

  private async lock(tx: Transaction, conversationId: ConversationId): Promise<void> {
    const rows = await tx.query('SELECT id FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [conversationId]);
    if (rows.length === 0) throw new AppError('conversation.notFound');
  }

  /** Applies everything up to and including `own`: sends of others may have been committed in between. */
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
    if (afterRev < newest) throw new AppError('internal', { detail: 'the log does not show what it committed' });
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
