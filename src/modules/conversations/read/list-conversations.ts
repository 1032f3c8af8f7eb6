import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { ConversationSummary } from '#contracts/conversations/schemas.js';
import { ConversationId, type Page, type PageQuery, type UserId } from '#contracts/primitives.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { Conversations } from '../conversations.js';
import { type Activity, ConversationReader } from './conversation.reader.js';
import { CursorTime } from './cursor-time.js';
import { LastMessageSource } from '../last-message-source.js';

const ActivityCursor = z.tuple([CursorTime, ConversationId]);

/**
 * Lists a user's conversations, latest activity first. Messages that are not persisted yet count: the order comes from storage, and
 * the log's newest pending message overrides it.
 */
@Injectable()
export class ListConversations {
  constructor(
    private readonly reader: ConversationReader,
    private readonly log: ConversationLog,
    private readonly conversations: Conversations,
    private readonly lastMessages: LastMessageSource,
  ) {}

  async execute(userId: UserId, query: PageQuery): Promise<Page<ConversationSummary>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const after = decodeCursor(ActivityCursor, query.cursor);
    const all = (await this.newestActivity(userId)).sort(latestFirst);
    const rest = after ? all.filter((one) => latestFirst(one, { at: new Date(after[0]), id: after[1] }) > 0) : all;
    const { items, nextCursor } = toPage(rest, limit, (last) => [last.at.getTime(), last.id]);
    const ids = items.map((one) => one.id);
    return { items: await this.summaries(ids, userId), nextCursor };
  }

  private async newestActivity(userId: UserId): Promise<Activity[]> {
    const stored = await this.reader.activityOf(userId);
    const pending = await this.log.pendingNewest(stored.map((one) => one.id));
    return stored.map((one) => {
      const newest = pending.get(one.id);
      return newest !== undefined && newest.at > one.at ? { id: one.id, at: newest.at } : one;
    });
  }

  private async summaries(ids: readonly ConversationId[], userId: UserId): Promise<ConversationSummary[]> {
    const [conversations, newest] = await Promise.all([this.conversations.present(userId, ids), this.lastMessages.findNewest(userId, ids)]);
    return conversations.flatMap((conversation) => {
      // The user was removed a moment ago: a public conversation is still visible, but it is not theirs any more.
      if (conversation.me === null) return [];
      const { unreadCount, readSeq } = conversation.me;
      return [{ ...conversation, lastMessage: newest.get(conversation.id) ?? null, unreadCount, readSeq }];
    });
  }
}

function latestFirst(a: Activity, b: Activity): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
