import { Injectable } from '@nestjs/common';
import type { Member } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { ConversationReader } from './conversation.reader.js';
import type { MemberRow } from './conversation-row.js';
import { presentMember } from './conversation-row.js';
import { UnreadSource } from '../unread-source.js';

/** Presents members with their live cursors. Does not check access: its callers do. */
@Injectable()
export class ListedMembers {
  constructor(
    private readonly reader: ConversationReader,
    private readonly unread: UnreadSource,
  ) {}

  /** The members among `userIds`, in that order. */
  async listAmong(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Member[]> {
    const members = await this.present(conversationId, await this.reader.membersAmong(conversationId, userIds));
    const byId = new Map(members.map((member) => [member.userId, member]));
    return userIds.flatMap((userId) => byId.get(userId) ?? []);
  }

  /** The rows as members, with the cursors that are not persisted yet. */
  async present(conversationId: ConversationId, rows: readonly MemberRow[]): Promise<Member[]> {
    if (rows.length === 0) return [];
    const live = await this.unread.cursors(
      conversationId,
      rows.map((row) => row.user_id),
    );
    return rows.map((row) => presentMember(row, live.get(row.user_id)));
  }
}
