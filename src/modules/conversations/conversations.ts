import { Injectable } from '@nestjs/common';
import type { Conversation, Membership } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { ConversationLog } from '../log/conversation-log.js';
import type { ListenedConversations } from '../realtime/user-conversations.js';
import { ConversationReader } from './read/conversation.reader.js';
import type { SharedConversation } from './read/shared-conversation.js';
import { MembershipReader, type StoredMembership } from './read/membership.reader.js';
import { type AheadOfStorage, type UnreadCounts, UnreadSource } from './unread-source.js';
import { operatorId } from './member-access.js';

/** The public face of conversations and their members for other modules. */
@Injectable()
export class Conversations {
  constructor(
    private readonly reader: ConversationReader,
    private readonly memberships: MembershipReader,
    private readonly log: ConversationLog,
    private readonly unread: UnreadSource,
  ) {}

  /** The user's conversations, in no particular order, and where their view of each begins. */
  listListened(userId: UserId): Promise<ListenedConversations> {
    return this.reader.listListened(userId);
  }

  /** The other user of each of the user's direct conversations, unless one of the two blocks the other. */
  peersOf(userId: UserId): Promise<UserId[]> {
    return this.reader.peersOf(userId);
  }

  /** All members, without a bound: for small conversations. */
  memberIds(conversationId: ConversationId): Promise<UserId[]> {
    return this.reader.memberIds(conversationId);
  }

  /**
   * The conversations as the viewer sees them, in the order of `ids`, with the log's newest numbers. Those that the viewer may not
   * see are left out; `me` is null in public ones of which the viewer is not a member. An operator may see all.
   */
  async present(viewerId: UserId, ids: readonly ConversationId[]): Promise<Conversation[]> {
    if (ids.length === 0) return [];
    // Before storage, so that the log's numbers are never newer than the presented state.
    const ahead = await this.unread.ahead(viewerId, ids);
    const [shared, memberships] = await Promise.all([this.reader.shared(ids), this.memberships.among(viewerId, ids)]);
    return this.shown(viewerId, ids, shared, memberships, ahead);
  }

  /** One conversation as the viewer sees it, or undefined if they may not see it. */
  async presentOne(viewerId: UserId, id: ConversationId): Promise<Conversation | undefined> {
    const [conversation] = await this.present(viewerId, [id]);
    return conversation;
  }

  /** All conversations of the user as they see them: those in `expected` first. Cheapest when `expected` names them all. */
  async presentMine(userId: UserId, expected: readonly ConversationId[]): Promise<Conversation[]> {
    const ahead = await this.unread.ahead(userId, expected);
    const [shared, memberships] = await Promise.all([this.reader.sharedByCrowd(expected), this.memberships.of(userId)]);
    const known = new Set(expected);
    const mine = expected.filter((id) => memberships.has(id));
    const others = [...memberships.keys()].filter((id) => !known.has(id));
    return [...(await this.shown(userId, mine, shared, memberships, ahead)), ...(await this.present(userId, others))];
  }

  private async shown(
    viewerId: UserId,
    ids: readonly ConversationId[],
    shared: ReadonlyMap<ConversationId, SharedConversation>,
    memberships: ReadonlyMap<ConversationId, StoredMembership>,
    ahead: AheadOfStorage,
  ): Promise<Conversation[]> {
    const counts = await ahead.counts(memberships);
    const epoch = this.log.epoch();
    const shown: Conversation[] = [];
    for (const id of ids) {
      const [conversation, membership] = [shared.get(id), memberships.get(id)];
      if (conversation === undefined) continue;
      if (membership === undefined && conversation.row.visibility !== 'public' && viewerId !== operatorId) continue;
      const { seq, rev } = ahead.heads.get(id) ?? { seq: conversation.row.last_seq, rev: conversation.row.last_rev };
      const me = membership === undefined ? null : shownMembership(conversation, membership, seq, counts.get(id));
      shown.push(conversation.present({ epoch, seq, rev }, me));
    }
    return shown;
  }
}

function shownMembership(
  conversation: SharedConversation,
  stored: StoredMembership,
  seq: number,
  counts: UnreadCounts | undefined,
): Membership {
  const { role, blocked, mute } = stored;
  const { readSeq, deliveredSeq, unreadCount } = counts ?? { ...stored, unreadCount: Math.max(0, seq - stored.readSeq - stored.uncounted) };
  return { role, readSeq, deliveredSeq, unreadCount, permissions: conversation.permissionsOf(role, blocked || mute !== null), mute };
}
