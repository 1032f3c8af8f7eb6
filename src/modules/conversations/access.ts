import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { blockChanged } from '../users/blocks.js';
import { directKey } from './domain/unique-keys.js';
import { AccessReader } from './read/access.reader.js';
import { type ConversationFacts, MemberAccess, OperatorAccess, operatorId } from './member-access.js';
import { memberKey } from '#platform/member-key.js';

/** A change of access to a conversation: of these users' memberships, and of its settings if `settings` is true. */
export interface AccessChange {
  readonly conversationId: ConversationId;
  readonly userIds: readonly UserId[];
  readonly settings: boolean;
}

/** Published at each change of a membership or of settings: every node drops what it has cached. */
export const accessChanged = topic<AccessChange>('conversation.access');

const conversationsMax = 20_000;
const membershipsMax = 200_000;

/**
 * Answers whether a user is a member and what they may do: from memory and without a promise while the caches are warm, else with one
 * read. A change drops the cached facts; a read in flight at that moment still serves the callers from before the change, but its
 * result is not kept.
 */
@Injectable()
export class Access {
  private readonly conversations = new LRUCache<ConversationId, ConversationFacts>({ max: conversationsMax });
  private readonly memberships = new LRUCache<string, MemberAccess>({ max: membershipsMax });
  /** The cached direct conversations by their pair: a block names users, not conversations. */
  private readonly directs = new LRUCache<string, ConversationId>({ max: conversationsMax });
  private readonly reads = new Map<string, Promise<MemberAccess>>();

  constructor(
    @Inject(AccessReader) private readonly reader: Pick<AccessReader, 'read' | 'readConversation'>,
    private readonly signals: Signals,
  ) {}

  /** The access of a member or an operator. Throws `conversation.notFound` for non-members, and for conversations that do not exist. */
  of(conversationId: ConversationId, userId: UserId): MemberAccess | Promise<MemberAccess> {
    const key = memberKey(conversationId, userId);
    const conversation = this.conversations.get(conversationId);
    const known = conversation && this.memberships.get(key);
    if (conversation === undefined || known === undefined) return this.reads.get(key) ?? this.read(key, conversationId, userId);
    const access = known.conversation === conversation ? known : this.keep(key, new MemberAccess(conversation, known));
    return conversation.floor === undefined || conversation.floor.isFresh ? access : withFreshFloor(access);
  }

  /** Drops the cached facts on every node, on this one before the call returns. */
  publishChange(change: AccessChange): void {
    this.signals.publish(accessChanged, change);
    this.forget(change);
  }

  /** One promise for all callers in the meantime, so that they continue in the order of their calls. */
  private read(key: string, conversationId: ConversationId, userId: UserId): Promise<MemberAccess> {
    if (userId === operatorId) return this.readForOperator(conversationId);
    const reading = this.reader
      .read(conversationId, userId)
      .then((found) => {
        if (found === undefined) throw new AppError('conversation.notFound');
        if (this.reads.get(key) !== reading) return withFreshFloor(new MemberAccess(found.conversation, found.member));
        const conversation = this.conversations.get(conversationId) ?? found.conversation;
        this.conversations.set(conversationId, conversation);
        if (conversation.peers !== null) this.directs.set(directKey(...conversation.peers), conversationId);
        return withFreshFloor(this.keep(key, new MemberAccess(conversation, found.member)));
      })
      .finally(() => {
        if (this.reads.get(key) === reading) this.reads.delete(key);
      });
    this.reads.set(key, reading);
    return reading;
  }

  /** Not cached: operators act rarely. */
  private async readForOperator(conversationId: ConversationId): Promise<MemberAccess> {
    const conversation = await this.reader.readConversation(conversationId);
    if (conversation === undefined) throw new AppError('conversation.notFound');
    return new OperatorAccess(conversation);
  }

  private keep(key: string, access: MemberAccess): MemberAccess {
    this.memberships.set(key, access);
    return access;
  }

  @OnSignal(accessChanged)
  forget(change: AccessChange): void {
    for (const userId of change.userIds) {
      const key = memberKey(change.conversationId, userId);
      this.memberships.delete(key);
      this.reads.delete(key);
    }
    if (!change.settings) return;
    this.conversations.delete(change.conversationId);
    this.dropReads((key) => key.startsWith(change.conversationId));
  }

  @OnSignal(blockChanged)
  forgetPair({ userId: a, blockedId: b }: Payload<typeof blockChanged>): void {
    const conversationId = this.directs.get(directKey(a, b));
    if (conversationId !== undefined) this.forget({ conversationId, userIds: [a, b], settings: false });
    else this.dropReads((key) => key.endsWith(a) || key.endsWith(b));
  }

  @OnSignalGap()
  forgetAll(): void {
    this.conversations.clear();
    this.memberships.clear();
    this.directs.clear();
    this.reads.clear();
  }

  private dropReads(matches: (key: string) => boolean): void {
    for (const key of this.reads.keys()) if (matches(key)) this.reads.delete(key);
  }
}

/** The same access, once it is known what has expired. */
function withFreshFloor(access: MemberAccess): MemberAccess | Promise<MemberAccess> {
  const { floor } = access.conversation;
  return floor === undefined || floor.isFresh ? access : floor.refresh().then(() => access);
}
