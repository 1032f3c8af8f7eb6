import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Message } from '#contracts/messages/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Applies } from '../../log/applies.js';
import type { Committed, LogEntry } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent } from '../domain/message-state.js';
import { ChangeMessage, type MessageRef, refuseDeleted } from './change-message.js';

const PinBody = z.object({ seq: z.int().min(1) });
type PinBody = z.output<typeof PinBody>;

/** Pins and unpins messages. Needs the permission `pin`. */
@Injectable()
export class PinMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** Pins a message; a pinned one stays as it is. Throws `forbidden`, `message.deleted` and what `ChangeMessage` throws. */
  pin(actorId: UserId, target: MessageRef): Promise<Message> {
    return this.changeMessage.execute(actorId, target, {
      kind: 'message.pinned',
      body: { seq: target.seq } satisfies PinBody,
      viewerId: null,
      check: mayPin,
      isDone: (message) => message.pinnedAt !== null,
      deliver: (before, committed) => this.emitUpdate(before, committed.draft.at.toISOString(), committed),
    });
  }

  /** Unpins a message; one that is not pinned stays as it is. Throws what `pin` throws. */
  unpin(actorId: UserId, target: MessageRef): Promise<Message> {
    return this.changeMessage.execute(actorId, target, {
      kind: 'message.unpinned',
      body: { seq: target.seq } satisfies PinBody,
      viewerId: null,
      check: mayPin,
      isDone: (message) => message.pinnedAt === null,
      deliver: (before, committed) => this.emitUpdate(before, null, committed),
    });
  }

  private emitUpdate(before: Message, pinnedAt: string | null, { rev, epoch }: Committed): void {
    this.emitter.toViewers(before, 'message.updated', toEvent({ ...before, rev, pinnedAt }, epoch));
  }
}

function mayPin(member: MemberAccess, message: Message): void {
  member.require('pin');
  refuseDeleted(message);
}

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, or null to unpin. */
const updatePin = `
  UPDATE messages SET pinned_at = $4, rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL`;

/** Brings pins into storage. */
@Injectable()
export class PinMessageApplier {
  @Applies('message.pinned', PinBody)
  async pin(tx: Transaction, { conversationId, rev, at }: LogEntry, { seq }: PinBody): Promise<void> {
    await tx.query(updatePin, [conversationId, seq, rev, at]);
  }

  @Applies('message.unpinned', PinBody)
  async unpin(tx: Transaction, { conversationId, rev }: LogEntry, { seq }: PinBody): Promise<void> {
    await tx.query(updatePin, [conversationId, seq, rev, null]);
  }
}
