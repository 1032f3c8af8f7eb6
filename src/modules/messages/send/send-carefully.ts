import { Injectable, Logger } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { KeyedMutex } from '#platform/keyed-mutex.js';
import { memberKey } from '#platform/member-key.js';
import { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Draft } from '../../log/draft.js';
import type { CreatedBody } from '../domain/message-state.js';
import { Accept, type MessageToSend } from './accept.js';
import type { DeliveredMessage } from './deliver.js';
import { FindReplays } from './find-replays.js';
import { SlowMode } from './slow-mode.js';

type Commit = (drafts: readonly Draft<CreatedBody>[]) => Promise<readonly DeliveredMessage[]>;

/** A send that the fast path did not commit. */
export interface CarefulSend {
  readonly senderId: UserId;
  readonly conversationId: ConversationId;
  readonly messages: readonly MessageToSend[];
  readonly commit: Commit;
}

const turnLimits = { runningMax: 1000, waitingMax: 10_000 };

/**
 * The slow path of a send, which keeps the order of its checks: known client ids first, then everything that can refuse a message, and only
 * what is newly committed takes a turn in slow mode. The fast path comes here when it refuses a send, and for members in slow mode.
 */
@Injectable()
export class SendCarefully {
  private readonly logger = new Logger(SendCarefully.name);
  /** The sends of one member in slow mode run one after the other: one that is refused must not cost the next one its turn. */
  private readonly turns = new KeyedMutex(turnLimits);

  constructor(
    private readonly access: Access,
    private readonly accept: Accept,
    private readonly findReplays: FindReplays,
    private readonly slowMode: SlowMode,
  ) {}

  /** Answers a refused send if all of its messages were sent before, sends it if only those were refused, and else throws `refusal`. */
  async sendRefused(send: CarefulSend, refusal: unknown): Promise<readonly DeliveredMessage[]> {
    if (send.messages.every(({ clientId }) => clientId === undefined)) throw refusal;
    const replays = await this.findReplays.execute(send.senderId, send.conversationId, send.messages);
    if (replays.every((seq) => seq === undefined)) throw refusal;
    return this.sendNew(send, replays);
  }

  /** Sends for a member in slow mode. Throws `rateLimited` before their turn, `forbidden` for several new messages, and as `Accept` does. */
  sendInTurn(send: CarefulSend): Promise<readonly DeliveredMessage[]> {
    return this.turns.runExclusive(memberKey(send.conversationId, send.senderId), async () =>
      this.sendNew(send, await this.findReplays.execute(send.senderId, send.conversationId, send.messages)),
    );
  }

  private async sendNew(send: CarefulSend, replays: ReadonlyArray<number | undefined>): Promise<readonly DeliveredMessage[]> {
    const known = replays.flatMap((seq) => (seq === undefined ? [] : [{ seq, message: undefined }]));
    if (known.length === replays.length) return known;
    const member = await this.access.of(send.conversationId, send.senderId);
    const drafts = this.accept.draftFor(member, send.messages, (index) => replays[index] !== undefined);
    if (!this.slowMode.appliesTo(member)) return send.commit(drafts);
    return this.commitInTurn(member, drafts, replays, send.commit);
  }

  private async commitInTurn(
    member: MemberAccess,
    drafts: readonly Draft<CreatedBody>[],
    replays: ReadonlyArray<number | undefined>,
    commit: Commit,
  ): Promise<readonly DeliveredMessage[]> {
    const fresh = drafts.filter((_, index) => replays[index] === undefined);
    const sendId = fresh[0]?.clientId ?? newId<string>();
    await this.slowMode.takeTurn(member, fresh.length, performance.now(), sendId);
    let isCharged = false;
    try {
      const delivered = await commit(drafts);
      isCharged = delivered.some(({ message }) => message !== undefined);
      return delivered;
    } finally {
      if (!isCharged) await this.giveTurnBack(member, sendId);
    }
  }

  private async giveTurnBack(member: MemberAccess, sendId: string): Promise<void> {
    try {
      await this.slowMode.giveTurnBack(member, sendId);
    } catch (error) {
      this.logger.warn({ err: error }, 'a turn in slow mode could not be given back');
    }
  }
}
