import { Injectable } from '@nestjs/common';
import type { Conversation, Membership } from '../../../contracts/conversations.js';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { ConversationLog } from '../log/conversation-log.js';
import { permissionsOf } from './domain/permissions.js';
import { ConversationReader } from './infra/conversation.reader.js';
import { type ConversationRow, presentConversation } from './infra/conversation-row.js';
import { MembershipReader, type StoredMembership } from './infra/membership.reader.js';
import { type AheadOfStorage, type UnreadCounts, UnreadSources } from './unread-source.js';

/** Conversations and who is in them, as other modules may know them. */
@Injectable()
export class Conversations {
  constructor(
    private readonly reader: ConversationReader,
    private readonly memberships: MembershipReader,
    private readonly log: ConversationLog,
    private readonly unreadSources: UnreadSources,
  ) {}

  /** The conversations the user is in, in no order. */
  idsOf(userId: UserId): Promise<ConversationId[]> {
    return this.reader.idsOf(userId);
  }

  /** The other user of each direct conversation of this one, but those who block them. */
  peersOf(userId: UserId): Promise<UserId[]> {
    return this.reader.peersOf(userId);
  }

  /** Those of `others` who are in some conversation together with the user. */
  shareConversation(userId: UserId, others: readonly UserId[]): Promise<Set<UserId>> {
    return others.length === 0 ? Promise.resolve(new Set()) : this.reader.sharing(userId, others);
  }

  /** Everybody who is in: for small conversations, there is no bound. */
  memberIds(conversationId: ConversationId): Promise<UserId[]> {
    return this.reader.memberIds(conversationId);
  }

  /**
   * The conversations as the viewer sees them, in the order of `ids`, with the log's newest numbers. Left out is what the
   * viewer may not see; `me` is null in a public one they are not in.
   */
  async present(ids: readonly ConversationId[], viewerId: UserId): Promise<Conversation[]> {
    if (ids.length === 0) return [];
    const ahead = await this.aheadOfStorage(viewerId, ids);
    const [rows, memberships] = await Promise.all([this.reader.rowsOf(ids), this.memberships.among(viewerId, ids)]);
    return this.shown(ids, rows, memberships, ahead);
  }

  /** One conversation as the viewer sees it, or undefined when they may not. */
  async presentOne(id: ConversationId, viewerId: UserId): Promise<Conversation | undefined> {
    const [conversation] = await this.present([id], viewerId);
    return conversation;
  }

  /** All conversations the user is in, as they see them: those of `expected` first, which costs the least when these are all. */
  async presentMine(expected: readonly ConversationId[], userId: UserId): Promise<Conversation[]> {
    const ahead = await this.aheadOfStorage(userId, expected);
    const [rows, memberships] = await Promise.all([this.reader.rowsOf(expected), this.memberships.of(userId)]);
    const known = new Set(expected);
    const mine = expected.filter((id) => memberships.has(id));
    const others = [...memberships.keys()].filter((id) => !known.has(id));
    return [...(await this.shown(mine, rows, memberships, ahead)), ...(await this.present(others, userId))];
  }

  /** To be read before storage: the numbers that are told are not newer than the rest. */
  private async aheadOfStorage(userId: UserId, ids: readonly ConversationId[]): Promise<AheadOfStorage> {
    const source = this.unreadSources.get();
    if (source !== undefined) return source.ahead(userId, ids);
    return { heads: await this.log.heads(ids), counts: () => Promise.resolve(new Map<ConversationId, UnreadCounts>()) };
  }

  private async shown(
    ids: readonly ConversationId[],
    rows: ReadonlyMap<ConversationId, ConversationRow>,
    memberships: ReadonlyMap<ConversationId, StoredMembership>,
    ahead: AheadOfStorage,
  ): Promise<Conversation[]> {
    const counts = await ahead.counts(memberships);
    const epoch = this.log.epoch();
    return ids.flatMap((id) => {
      const [row, membership] = [rows.get(id), memberships.get(id)];
      if (row === undefined || (membership === undefined && row.visibility !== 'public')) return [];
      const { seq, rev } = ahead.heads.get(id) ?? { seq: row.last_seq, rev: row.last_rev };
      const me = membership === undefined ? null : shownMembership(row, membership, seq, counts.get(id));
      return [presentConversation(row, { epoch, seq, rev }, me)];
    });
  }
}

function shownMembership(row: ConversationRow, stored: StoredMembership, seq: number, counts: UnreadCounts | undefined): Membership {
  const { role, blocked } = stored;
  const { readSeq, deliveredSeq, unreadCount } = counts ?? { ...stored, unreadCount: Math.max(0, seq - stored.readSeq - stored.uncounted) };
  return { role, readSeq, deliveredSeq, unreadCount, permissions: permissionsOf({ type: row.type, policy: row.policy, role, blocked }) };
}
