import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { type Payload, Signals } from '#platform/signals/signals.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { changeDraft, type Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import { Access } from '../access.js';
import { contactsChanged } from '../contacts.js';
import { LockedState } from '../infra/locked-state.js';

/** The means by which a change becomes visible. */
interface Audience {
  readonly rooms: Rooms;
  readonly emitter: Emitter;
}

/** The place of a committed change in its conversation. */
interface Place {
  readonly conversationId: ConversationId;
  readonly rev: number;
  readonly epoch: string;
}

/** One decided change of a conversation's members or settings: one file in this folder for each kind. */
export interface Change {
  readonly kind: string;
  readonly actorId: UserId;
  /** What its log entry holds: all that a worker needs to store the change without knowing the request. */
  readonly body: object;
  /** The users whose access changes, or the settings, which decide about every member's access. */
  readonly affects: readonly UserId[] | 'settings';
  /** Set when users may become contacts, or cease to be. */
  readonly contacts?: Payload<typeof contactsChanged> | undefined;
  /** Moves users between rooms and emits the events. Synchronous; called once, in `rev` order, after the commit. */
  readonly announce: (audience: Audience, place: Place) => void;
}

/** A decision: the changes in their order (none if nothing happens), and the answer, which is made once storage shows them. */
export interface Plan<T> {
  readonly changes: readonly Change[];
  readonly answer: () => T | Promise<T>;
}

const settleAttemptsMax = 8;
const settleFirstWaitMs = 250;

/** Runs changes of members and settings through the log: decided under the conversation's lock, committed, announced, stored. */
@Injectable()
export class RunChange {
  private readonly logger = new Logger(RunChange.name);

  constructor(
    private readonly conversationChanges: ConversationChanges,
    private readonly access: Access,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
    private readonly signals: Signals,
  ) {}

  /**
   * Once it resolves, the change is in force on every node. Throws what `decide` throws (then nothing is changed),
   * `conversation.notFound` and `overloaded`.
   */
  async execute<T>(conversationId: ConversationId, decide: (state: LockedState) => Promise<Plan<T>>): Promise<T> {
    const announced: Change[] = [];
    const forgetAccess = () => announced.forEach((change) => this.forgetAccess(conversationId, change));
    const settled = () => {
      forgetAccess();
      this.publishContacts(announced);
    };
    try {
      const answer = await this.conversationChanges.runChange(conversationId, async (tx) => {
        const state = await LockedState.read(tx, conversationId);
        const plan = await decide(state);
        const deliver = (committed: readonly Committed[]) => {
          committed.forEach(({ rev, epoch }, index) => {
            const change = plan.changes[index];
            if (change === undefined) return;
            announced.push(change);
            this.announce(change, { conversationId, rev, epoch });
          });
        };
        // Caches that were filled between the commit to the log and the commit to storage hold the state before the change.
        const answer = () => {
          forgetAccess();
          return plan.answer();
        };
        const drafts = plan.changes.map(({ kind, actorId, body }) => changeDraft({ conversationId, kind, actorId, body, at: state.at }));
        return { drafts, deliver, answer };
      });
      if (announced.length > 0) {
        this.publishContacts(announced);
        await this.signals.awaitDelivery();
      }
      return answer;
    } catch (error) {
      if (announced.length > 0) void this.settleLater(conversationId, settled);
      throw error;
    }
  }

  /** Caches first, then rooms and events: a member acts on an event with the access that it announces. */
  private announce(change: Change, place: Place): void {
    this.forgetAccess(place.conversationId, change);
    change.announce({ rooms: this.rooms, emitter: this.emitter }, place);
  }

  /** Drops what the nodes have cached about the access that this change concerns. */
  private forgetAccess(conversationId: ConversationId, { affects }: Change): void {
    const ofSettings = affects === 'settings';
    this.access.publishChange({ conversationId, userIds: ofSettings ? [] : affects, settings: ofSettings });
  }

  /** Storage shows the changes now: the nodes look again at the users whose contacts they concern. */
  private publishContacts(changes: readonly Change[]): void {
    for (const { contacts } of changes) if (contacts !== undefined) this.signals.publish(contactsChanged, contacts);
  }

  /** The log has the change and storage did not take it: a worker stores it. Until then caches must not keep the state before it. */
  private async settleLater(conversationId: ConversationId, settled: () => void): Promise<void> {
    for (let attempt = 0; attempt < settleAttemptsMax; attempt += 1) {
      await wait(settleFirstWaitMs * 2 ** attempt, undefined, { ref: false });
      try {
        await this.conversationChanges.settlePending(conversationId);
        return settled();
      } catch (error) {
        this.logger.warn({ err: error, conversationId, attempt }, 'a committed change of a conversation is not stored yet');
      }
    }
    settled();
  }
}
