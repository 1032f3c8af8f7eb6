import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId } from '#contracts/primitives.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { Signals } from '#platform/signals.js';
import { changeDraft, type Committed } from '../../log/draft.js';
import { LockedState } from '../infra/locked-state.js';
import { AnnounceChanges } from './announce-changes.js';
import type { Change } from './change.js';

/** What was decided: the changes in their order (none: nothing happens), and what to answer once storage shows them. */
export interface Plan<T> {
  readonly changes: readonly Change[];
  readonly answer: () => T | Promise<T>;
}

const settleAttemptsMax = 8;
const settleFirstWaitMs = 250;

/** Runs changes of members and settings through the log: decided under the lock, committed, announced, applied. */
@Injectable()
export class RunChange {
  private readonly logger = new Logger(RunChange.name);

  constructor(
    private readonly conversationChanges: ConversationChanges,
    private readonly announceChanges: AnnounceChanges,
    private readonly signals: Signals,
  ) {}

  /** When it resolves, the change is in force on every node. Throws what `decide` throws (nothing is changed then), `conversation.notFound`, `overloaded`. */
  async run<T>(conversationId: ConversationId, decide: (state: LockedState) => Promise<Plan<T>>): Promise<T> {
    const announced: Change[] = [];
    const forgetAll = () => announced.forEach((change) => this.announceChanges.forget(conversationId, change));
    try {
      const answer = await this.conversationChanges.run(conversationId, async (tx) => {
        const state = await LockedState.read(tx, conversationId);
        const plan = await decide(state);
        const deliver = (committed: readonly Committed[]) => {
          committed.forEach((numbers, index) => {
            const change = plan.changes[index];
            if (!change) return;
            announced.push(change);
            this.announceChanges.announce(conversationId, change, numbers);
          });
        };
        // Caches that were filled between the commit to the log and that to storage hold the state before the change.
        const answer = () => {
          forgetAll();
          return plan.answer();
        };
        return { drafts: plan.changes.map((change) => changeDraft({ ...change, conversationId, at: state.at })), deliver, answer };
      });
      if (announced.length > 0) await this.signals.settled();
      return answer;
    } catch (error) {
      if (announced.length > 0) void this.settleLater(conversationId, forgetAll);
      throw error;
    }
  }

  /** The log has the change, storage did not take it: the worker will; until then caches must not stay on the state before it. */
  private async settleLater(conversationId: ConversationId, forgetAll: () => void): Promise<void> {
    for (let attempt = 0; attempt < settleAttemptsMax; attempt += 1) {
      await wait(settleFirstWaitMs * 2 ** attempt, undefined, { ref: false });
      try {
        await this.conversationChanges.settlePending(conversationId);
        return forgetAll();
      } catch (err) {
        this.logger.warn({ err, conversationId, attempt }, 'a committed change of a conversation is not applied yet');
      }
    }
    forgetAll();
  }
}
