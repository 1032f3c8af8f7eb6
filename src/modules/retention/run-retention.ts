import { Inject, Injectable, Logger } from '@nestjs/common';
import type { RetentionRunId } from '#contracts/operations/schemas.js';
import type { ConversationId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { errorCode, errorMessage } from '#platform/errors/error-facts.js';
import { ExpireMessages } from './changes/expire-messages.js';
import { RetentionRuns, type RunCounts } from './retention-runs.js';
import { CountDue } from './workers/count-due.js';
import { DeleteRange } from './workers/delete-range.js';
import { type DueConversation, FindDue } from './workers/find-due.js';
import { GiveWay } from './workers/give-way.js';
import { PurgeConversation } from './workers/purge-conversation.js';

/** How long a run goes on, and whether it only counts. */
export interface RunOptions {
  readonly isDryRun?: boolean;
  /** The request that the run answers. */
  readonly requestId?: RetentionRunId;
  /** Milliseconds after which the run ends although there is more to delete; the next run continues. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/** Messages that one statement deletes: a few milliseconds, in which changes of their conversation wait. */
const rangeMessagesMax = 500;
/** Ranges of one conversation before it is another one's turn. */
const rangesPerTurn = 20;
const reportEveryMs = 2000;
const expiredReceiptsEveryMs = 3_600_000;
const receiptsRememberedMax = 10_000;

interface LiveRun {
  readonly id: RetentionRunId;
  readonly counts: { -readonly [K in keyof RunCounts]: RunCounts[K] };
  reportedAt: number;
}

/**
 * Deletes what has expired, and everything of deleted conversations that can no longer be restored. Members are notified first, then
 * messages are deleted in small ranges, conversation by conversation in turn. A run that is interrupted anywhere is continued by the next.
 */
@Injectable()
export class RunRetention {
  private readonly logger = new Logger(RunRetention.name);
  private readonly receiptsDeletedAt = new Map<ConversationId, number>();
  private resumeAfter: ConversationId | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'deletedConversationUndoSeconds'>,
    private readonly runs: RetentionRuns,
    private readonly findDue: FindDue,
    private readonly countDue: CountDue,
    private readonly expireMessages: ExpireMessages,
    private readonly deleteRange: DeleteRange,
    private readonly purgeConversation: PurgeConversation,
    private readonly giveWay: GiveWay,
  ) {}

  /**
   * Runs once. Resolves to the id of the run in the log; to undefined when nothing was due and the run was not requested, or when another
   * process runs retention. A failure is logged in the run, and rejects.
   */
  async execute({ isDryRun = false, requestId, budgetMs = Infinity, signal = never }: RunOptions = {}): Promise<
    RetentionRunId | undefined
  > {
    const endAt = performance.now() + budgetMs;
    let run = requestId === undefined ? undefined : await this.begin(isDryRun, requestId);
    if (requestId !== undefined && run === undefined) return undefined;
    let after = isDryRun ? undefined : this.resumeAfter;
    try {
      do {
        const page = await this.findDue.readPage(after, this.config.deletedConversationUndoSeconds);
        after = page.after;
        if (page.due.length === 0) continue;
        run ??= await this.begin(isDryRun);
        if (run === undefined) return undefined;
        if (isDryRun) await this.count(page.due, run);
        else await this.work(page.due, run, { endAt, signal });
      } while (after !== undefined && performance.now() < endAt && !signal.aborted);
      if (!isDryRun) this.resumeAfter = after;
      return await this.end(run, null);
    } catch (error) {
      // The text of a database error may quote what a user wrote; its code does not.
      await this.end(run, errorCode(error) ?? errorMessage(error)).catch(() => undefined);
      throw error;
    }
  }

  private async begin(isDryRun: boolean, requestId?: RetentionRunId): Promise<LiveRun | undefined> {
    const id = await this.runs.beginRun(isDryRun, requestId);
    if (id === undefined) return undefined;
    return { id, counts: { conversations: 0, messages: 0, ranges: 0, purgedConversations: 0 }, reportedAt: performance.now() };
  }

  private async end(run: LiveRun | undefined, error: string | null): Promise<RetentionRunId | undefined> {
    if (run === undefined) return undefined;
    await this.runs.reportProgress(run.id, run.counts);
    await this.runs.endRun(run.id, error);
    this.logger.log({ runId: run.id, ...run.counts, error }, 'retention ran');
    return run.id;
  }

  private async count(due: readonly DueConversation[], run: LiveRun): Promise<void> {
    for (const one of due) {
      const messages = await this.countDue.countMessages(one);
      run.counts.messages += messages;
      run.counts.ranges += Math.ceil(messages / rangeMessagesMax);
      if (one.isDeleted) run.counts.purgedConversations += 1;
      else if (messages > 0) run.counts.conversations += 1;
      await this.report(run);
    }
  }

  /** All members are notified before anything is deleted: deleting takes long, and the members of the last conversation must not wait. */
  private async work(due: readonly DueConversation[], run: LiveRun, until: { endAt: number; signal: AbortSignal }): Promise<void> {
    for (const { id, isDeleted } of due) {
      if (until.signal.aborted) return;
      if (!isDeleted) await this.expireMessages.execute(id).catch(ignoreMissing);
      await this.report(run);
    }
    const waiting = [...due];
    const touched = new Set<ConversationId>();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (until.signal.aborted || performance.now() >= until.endAt) return;
      const isDone = await this.deleteSome(next.id, run, touched, until.signal);
      if (!isDone) waiting.push(next);
      else if (next.isDeleted) await this.purge(next.id, run);
      else await this.deleteReceipts(next.id);
    }
  }

  /** True when nothing of the conversation is left to delete. */
  private async deleteSome(id: ConversationId, run: LiveRun, touched: Set<ConversationId>, signal: AbortSignal): Promise<boolean> {
    for (let range = 0; range < rangesPerTurn && !signal.aborted; range += 1) {
      const startedAt = performance.now();
      const { messages, isLast } = await this.deleteRange.execute(id, this.config.deletedConversationUndoSeconds, rangeMessagesMax);
      const tookMs = performance.now() - startedAt;
      if (messages > 0) {
        if (!touched.has(id)) run.counts.conversations += 1;
        touched.add(id);
        run.counts.ranges += 1;
        run.counts.messages += messages;
      }
      await this.report(run);
      if (isLast) return true;
      await this.giveWay.awaitTurn(tookMs, signal);
    }
    return false;
  }

  private async purge(id: ConversationId, run: LiveRun): Promise<void> {
    await this.purgeConversation.execute(id);
    run.counts.purgedConversations += 1;
  }

  /** At most once an hour per conversation: it looks at every member, and no one sees receipts of messages that are gone. */
  private async deleteReceipts(id: ConversationId): Promise<void> {
    const last = this.receiptsDeletedAt.get(id) ?? -Infinity;
    if (performance.now() - last < expiredReceiptsEveryMs) return;
    await this.purgeConversation.deleteExpiredReceipts(id);
    if (this.receiptsDeletedAt.size >= receiptsRememberedMax) this.receiptsDeletedAt.clear();
    this.receiptsDeletedAt.set(id, performance.now());
  }

  /** Throws when another process has taken the run for dead: it continues the work. */
  private async report(run: LiveRun): Promise<void> {
    if (performance.now() - run.reportedAt < reportEveryMs) return;
    run.reportedAt = performance.now();
    if (!(await this.runs.reportProgress(run.id, run.counts))) throw new Error('another process runs retention');
  }
}

const never = new AbortController().signal;

/** The conversation was purged in the meantime. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'conversation.notFound')) throw error;
}
