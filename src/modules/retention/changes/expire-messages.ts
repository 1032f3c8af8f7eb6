import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ConversationId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { systemActor } from '#platform/ids.js';
import type { Transaction } from '../../../database/database.js';
import { type ExpiredRange, HistoryFloors } from '../../conversations/history-floors.js';
import { Applies } from '../../log/applies.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { changeDraft, type LogEntry } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';

const ExpiredBody = z.object({ fromSeq: z.int().min(1), beforeSeq: z.int().min(1) });
type ExpiredBody = z.output<typeof ExpiredBody>;

const parkedPage = 1000;

/** Makes it final which messages of a conversation have expired, and notifies the members. Reads hide them already. */
@Injectable()
export class ExpireMessages {
  constructor(
    private readonly changes: ConversationChanges,
    private readonly floors: HistoryFloors,
    private readonly emitter: Emitter,
    private readonly log: ConversationLog,
  ) {}

  /** Does nothing when no further message has expired. Throws `conversation.notFound` and what `ConversationChanges` throws. */
  async execute(conversationId: ConversationId): Promise<void> {
    const range = await this.changes.runChange(conversationId, async (tx) => {
      const expired = await this.floors.findExpired(tx, conversationId);
      return {
        drafts: expired === undefined ? [] : [draftOf(conversationId, expired)],
        deliver: (committed) => {
          for (const { rev, epoch } of committed) if (expired !== undefined) this.emitExpired(conversationId, expired, { rev, epoch });
        },
        answer: () => expired,
      };
    });
    if (range !== undefined) await this.dropParked(conversationId, range.beforeSeq);
  }

  private emitExpired(conversationId: ConversationId, { fromSeq, beforeSeq }: ExpiredRange, place: { rev: number; epoch: string }): void {
    this.emitter.toConversation(conversationId, 'messages.expired', { conversationId, ...place, fromSeq, upToSeq: beforeSeq - 1 });
  }

  /** An expired message that storage has refused stays in the log until here. */
  private async dropParked(conversationId: ConversationId, beforeSeq: number): Promise<void> {
    let afterSeq = 0;
    for (;;) {
      const entries = await this.log.pendingMessages(conversationId, { afterSeq, beforeSeq, order: 'asc', limit: parkedPage });
      await this.log.settle(entries.filter((entry) => entry.isParked));
      const last = entries.at(-1)?.seq ?? null;
      if (entries.length < parkedPage || last === null) return;
      afterSeq = last;
    }
  }
}

function draftOf(conversationId: ConversationId, { fromSeq, beforeSeq }: ExpiredRange) {
  const body: ExpiredBody = { fromSeq, beforeSeq };
  return changeDraft({ conversationId, kind: 'messages.expired', actorId: systemActor, at: clock.date(), body });
}

/** Arguments: $1 conversation, $2 the lowest seq that has not expired. */
const hideExpired = 'UPDATE conversations SET hidden_before_seq = GREATEST(hidden_before_seq, $2) WHERE id = $1';

/** Stores that messages have expired. Their rows are deleted later, in ranges. */
@Injectable()
export class ExpireMessagesApplier {
  @Applies('messages.expired', ExpiredBody)
  async hideExpired(tx: Transaction, { conversationId }: LogEntry, { beforeSeq }: ExpiredBody): Promise<void> {
    await tx.query(hideExpired, [conversationId, beforeSeq]);
  }
}
