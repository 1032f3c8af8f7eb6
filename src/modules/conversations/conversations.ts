import { Injectable } from '@nestjs/common';
import type { Conversation, Membership } from '../../../contracts/conversations.js';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { ConversationLog } from '../log/conversation-log.js';
import { permissionsOf } from './domain/permissions.js';
import { ConversationReader, type ViewedRow } from './infra/conversation.reader.js';
import { presentConversation } from './infra/conversation-row.js';
import { type UnreadCounts, UnreadSources } from './unread-source.js';

/** Conversations and who is in them, as other modules may know them. */
@Injectable()
export class Conversations {
  constructor(
    private readonly reader: ConversationReader,
    private readonly log: ConversationLog,
    private readonly unreadSources: UnreadSources,
  ) {}

  /** The conversations the user is in, in no order. */
  idsOf(userId: UserId): Promise<ConversationId[]> {
    return this.reader.idsOf(userId);
  }

  /** The other user of each direct conversation of this one. */
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
    const rows = new Map((await this.reader.viewed(ids, viewerId)).map((row) => [row.id, row]));
    const mine = [...rows.values()].filter((row) => row.role !== null).map((row) => row.id);
    // The numbers are read after the rows and the counts after the numbers: each is at least as new as the one before.
    const heads = await this.log.heads([...rows.keys()]);
    const counts = mine.length > 0 ? await this.unreadSources.get()?.counts(viewerId, mine) : undefined;
    const epoch = this.log.epoch();
    return ids.flatMap((id) => {
      const row = rows.get(id);
      if (!row) return [];
      const { seq, rev } = heads.get(id) ?? { seq: row.last_seq, rev: row.last_rev };
      return [presentConversation(row, { epoch, seq, rev }, membershipOf(row, seq, counts?.get(id)))];
    });
  }

  /** One conversation as the viewer sees it, or undefined when they may not. */
  async presentOne(id: ConversationId, viewerId: UserId): Promise<Conversation | undefined> {
    const [conversation] = await this.present([id], viewerId);
    return conversation;
  }
}

function membershipOf(row: ViewedRow, seq: number, counts: UnreadCounts | undefined): Membership | null {
  if (row.role === null) return null;
  const { type, policy, role, blocked } = row;
  const stored = { readSeq: row.read_seq, deliveredSeq: row.delivered_seq, unreadCount: Math.max(0, seq - row.read_seq - row.uncounted) };
  const { readSeq, deliveredSeq, unreadCount } = counts ?? stored;
  return { role, readSeq, deliveredSeq, unreadCount, permissions: permissionsOf({ type, policy, role, blocked }) };
}
