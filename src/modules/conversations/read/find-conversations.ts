import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Conversation, Member, PublicConversationsQuery } from '#contracts/conversations/schemas.js';
import { limits } from '#contracts/limits.js';
import { ConversationId, type Page, type PageQuery, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Blocks } from '../../users/blocks.js';
import { Access } from '../access.js';
import { Conversations } from '../conversations.js';
import { foldText } from '#platform/fold-text.js';
import { containsPattern } from '../../../database/like-pattern.js';
import { hideCursors } from '../hide-cursors.js';
import { ConversationReader } from './conversation.reader.js';
import { CursorTime } from './cursor-time.js';
import { ListedMembers } from './listed-members.js';
import { operatorId } from '../member-access.js';

const IdCursor = z.tuple([CursorTime, ConversationId]);
const MemberCursor = z.tuple([CursorTime, UserId]);

/** Finds conversations by id, by name and in the public directory, and lists their members. */
@Injectable()
export class FindConversations {
  constructor(
    private readonly reader: ConversationReader,
    private readonly conversations: Conversations,
    private readonly access: Access,
    private readonly listedMembers: ListedMembers,
    private readonly blocks: Blocks,
  ) {}

  /** A conversation of the viewer, or a public one (then `me` is null). Throws `conversation.notFound` otherwise. */
  async getConversation(viewerId: UserId, id: ConversationId): Promise<Conversation> {
    const conversation = await this.conversations.presentOne(viewerId, id);
    if (conversation === undefined) throw new AppError('conversation.notFound');
    return conversation;
  }

  /** As `getConversation`, by name: the viewer's own conversation comes before a public one of other users. */
  async getByName(viewerId: UserId, name: string): Promise<Conversation> {
    const id = await this.reader.idOfName(viewerId, name);
    if (id === undefined) throw new AppError('conversation.notFound');
    return this.getConversation(viewerId, id);
  }

  /** The public conversations whose name or title contains `query`, both folded; newest first. */
  async listPublic(viewerId: UserId, query: PublicConversationsQuery): Promise<Page<Conversation>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const before = decodeCursor(IdCursor, query.cursor);
    const pattern = query.query === undefined ? null : containsPattern(foldText(query.query));
    const found = await this.reader.publicPage(pattern, before && { at: new Date(before[0]), id: before[1] }, limit + 1);
    const { items, nextCursor } = toPage(found, limit, (last) => [last.at.getTime(), last.id]);
    const ids = items.map((one) => one.id);
    return { items: await this.conversations.present(viewerId, ids), nextCursor };
  }

  /** As `listPublic`, of all conversations. For operators. */
  async listAll(query: PublicConversationsQuery): Promise<Page<Conversation>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const pattern = query.query === undefined ? null : containsPattern(foldText(query.query));
    const found = await this.reader.page(pattern, decodeCursor(ConversationId, query.cursor), limit + 1);
    const { items, nextCursor } = toPage(found, limit, (last) => last);
    return { items: await this.conversations.present(operatorId, items), nextCursor };
  }

  /** The members in the order in which they joined. Throws `conversation.notFound` for non-members. */
  async listMembers(viewerId: UserId, conversationId: ConversationId, query: PageQuery): Promise<Page<Member>> {
    await this.access.of(conversationId, viewerId);
    const limit = query.limit ?? limits.pageSizeDefault;
    const after = decodeCursor(MemberCursor, query.cursor);
    const found = await this.reader.members(conversationId, after && { at: new Date(after[0]), id: after[1] }, limit + 1);
    const { items, nextCursor } = toPage(found, limit, (last) => [last.joined_at.getTime(), last.user_id]);
    const hidden = await this.blocks.findBlockedEitherWay(viewerId);
    const members = await this.listedMembers.present(conversationId, items);
    return { items: members.map((member) => hideCursors(member, hidden)), nextCursor };
  }
}
