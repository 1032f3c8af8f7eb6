import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import type { ListenedConversations } from '../../realtime/user-conversations.js';
import { conversationColumns, type ConversationRow, memberColumns, type MemberRow } from './conversation-row.js';
import { SharedConversation } from './shared-conversation.js';

/** A conversation with the time of its latest stored activity. */
export interface Activity {
  readonly id: ConversationId;
  readonly at: Date;
}

/** A position in a list that is ordered by time and id. */
export interface TimeCursor {
  readonly at: Date;
  readonly id: string;
}

/** A user has some dozens of conversations: weighed like this, one read returns about as many rows as other reads. */
const ofUsers = { weightOfKey: () => 5, intervalMs: crowdIntervalMs };

/** Reads conversations and members. Deleted conversations are never returned. */
@Injectable()
export class ConversationReader {
  private readonly conversations = new BatchedReads((ids: readonly ConversationId[]) => this.readConversations(ids));
  private readonly conversationsOfCrowd = new BatchedReads((ids: readonly ConversationId[]) => this.readConversations(ids), {
    intervalMs: crowdIntervalMs,
  });
  private readonly listened = new BatchedReads((userIds: readonly UserId[]) => this.readListened(userIds), ofUsers);
  private readonly peers = new BatchedReads((userIds: readonly UserId[]) => this.readPeers(userIds), ofUsers);

  constructor(private readonly database: Database) {}

  /** The existing ones among `ids`, without any check of access. The map may hold other conversations too. */
  shared(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, SharedConversation>> {
    return this.conversations.readMany(ids);
  }

  /** As `shared`, for clients that reconnect in a crowd: their reads are spaced and shared. */
  sharedByCrowd(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, SharedConversation>> {
    return this.conversationsOfCrowd.readMany(ids);
  }

  /** The conversations that the user is a member of, and where their view of each begins. */
  async listListened(userId: UserId): Promise<ListenedConversations> {
    return (await this.listened.readOne(userId)) ?? { ids: [], visibleFromSeqs: new Map() };
  }

  /** The user's conversations, each with the time of its latest stored message. */
  activityOf(userId: UserId): Promise<Activity[]> {
    return this.database.prepared<Activity>(
      'conversations_activity',
      `SELECT c.id, COALESCE(c.last_message_at, c.created_at) AS at FROM members m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.user_id = $1 AND m.left_at IS NULL AND c.deleted_at IS NULL`,
      [userId],
    );
  }

  /** The other user of each of the user's direct conversations, unless one of the two blocks the other. */
  async peersOf(userId: UserId): Promise<UserId[]> {
    return (await this.peers.readOne(userId)) ?? [];
  }

  /** All members, without a bound: for small conversations. */
  async memberIds(conversationId: ConversationId): Promise<UserId[]> {
    const rows = await this.database.query<{ user_id: UserId }>(
      'SELECT user_id FROM members WHERE conversation_id = $1 AND left_at IS NULL',
      [conversationId],
    );
    return rows.map((row) => row.user_id);
  }

  /** A page of members, in the order in which they joined. */
  members(conversationId: ConversationId, after: TimeCursor | undefined, limit: number): Promise<MemberRow[]> {
    return this.database.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m
       WHERE m.conversation_id = $1 AND m.left_at IS NULL AND ($2::timestamptz IS NULL OR (m.joined_at, m.user_id) > ($2::timestamptz, $3::uuid))
       ORDER BY m.joined_at, m.user_id LIMIT $4`,
      [conversationId, after?.at ?? null, after?.id ?? null, limit],
    );
  }

  /** The members among `userIds`. */
  membersAmong(conversationId: ConversationId, userIds: readonly UserId[]): Promise<MemberRow[]> {
    return this.database.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m WHERE m.conversation_id = $1 AND m.user_id = ANY ($2::uuid[]) AND m.left_at IS NULL`,
      [conversationId, userIds],
    );
  }

  /**
   * The viewer's own conversation with this name, or else the public one. Of several own ones: the public one, else the oldest.
   * It reads no private conversation of other users, so that its duration reveals nothing about them.
   */
  async idOfName(viewerId: UserId, name: string): Promise<ConversationId | undefined> {
    const [row] = await this.database.query<{ id: ConversationId }>(
      `SELECT id FROM (
         SELECT c.id, true AS own, c.visibility FROM members m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.user_id = $1 AND m.left_at IS NULL AND c.name = $2 AND c.deleted_at IS NULL
         UNION ALL
         SELECT c.id, false, c.visibility FROM conversations c WHERE c.visibility = 'public' AND c.name = $2 AND c.deleted_at IS NULL
       ) named
       ORDER BY own DESC, visibility = 'public' DESC, id LIMIT 1`,
      [viewerId, name],
    );
    return row?.id;
  }

  /** A page of the public conversations whose folded name or title matches the pattern, newest first. */
  publicPage(pattern: string | null, before: TimeCursor | undefined, limit: number): Promise<Activity[]> {
    return this.database.query<Activity>(
      `SELECT c.id, c.created_at AS at FROM conversations c
       WHERE c.visibility = 'public' AND c.deleted_at IS NULL AND ($1::text IS NULL OR c.name LIKE $1 OR c.folded_title LIKE $1)
         AND ($2::timestamptz IS NULL OR (c.created_at, c.id) < ($2::timestamptz, $3::uuid))
       ORDER BY c.created_at DESC, c.id DESC LIMIT $4`,
      [pattern, before?.at ?? null, before?.id ?? null, limit],
    );
  }

  /** A page of all conversations whose name or title matches the pattern, public or private, newest first. For operators. */
  async page(pattern: string | null, beforeId: ConversationId | undefined, limit: number): Promise<ConversationId[]> {
    const rows = await this.database.query<{ id: ConversationId }>(
      `SELECT c.id FROM conversations c
       WHERE c.deleted_at IS NULL AND ($1::text IS NULL OR c.name LIKE $1 OR c.folded_title LIKE $1) AND ($2::uuid IS NULL OR c.id < $2::uuid)
       ORDER BY c.id DESC LIMIT $3`,
      [pattern, beforeId ?? null, limit],
    );
    return rows.map((row) => row.id);
  }

  private async readConversations(ids: readonly ConversationId[]): Promise<Map<ConversationId, SharedConversation>> {
    const rows = await this.database.prepared<ConversationRow>(
      'conversations_by_id',
      `SELECT ${conversationColumns} FROM conversations c WHERE c.id = ANY ($1::uuid[]) AND c.deleted_at IS NULL`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, new SharedConversation(row)]));
  }

  private async readListened(userIds: readonly UserId[]): Promise<Map<UserId, ListenedConversations>> {
    // One text per user: the driver parses arrays character by character, and thousands may come at once.
    const rows = await this.database.prepared<{ user_id: UserId; ids: string; limited: string | null }>(
      'conversations_of_users',
      `SELECT asked.user_id, own.ids, own.limited FROM unnest($1::uuid[]) AS asked (user_id)
       CROSS JOIN LATERAL (
         SELECT string_agg(m.conversation_id::text, ' ') AS ids,
           string_agg(concat_ws(' ', m.conversation_id, m.visible_from_seq), ' ') FILTER (WHERE m.visible_from_seq > 1) AS limited
         FROM members m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.user_id = asked.user_id AND m.left_at IS NULL AND c.deleted_at IS NULL) own
       WHERE own.ids IS NOT NULL`,
      [userIds],
    );
    return new Map(rows.map((row) => [row.user_id, toListened(row.ids, row.limited)]));
  }

  private async readPeers(userIds: readonly UserId[]): Promise<Map<UserId, UserId[]>> {
    const rows = await this.database.prepared<{ user_id: UserId; peers: UserId[] }>(
      'peers_of_users',
      `SELECT asked.user_id, own.peers FROM unnest($1::uuid[]) AS asked (user_id)
       CROSS JOIN LATERAL (
         SELECT array_agg(p.user_id) AS peers FROM members m
         JOIN conversations c ON c.id = m.conversation_id AND c.type = 'direct'
         JOIN members p ON p.conversation_id = c.id AND p.user_id <> m.user_id
         WHERE m.user_id = asked.user_id AND m.left_at IS NULL
           AND p.left_at IS NULL
           AND NOT EXISTS (SELECT FROM blocks b WHERE (b.user_id, b.blocked_id) IN ((p.user_id, m.user_id), (m.user_id, p.user_id)))) own
       WHERE own.peers IS NOT NULL`,
      [userIds],
    );
    return new Map(rows.map((row) => [row.user_id, row.peers]));
  }
}

function toListened(ids: string, limited: string | null): ListenedConversations {
  const visibleFromSeqs = new Map<ConversationId, number>();
  const words = limited?.split(' ') ?? [];
  // Cast: the statement lists pairs of a conversation's id and a number.
  for (let at = 0; at < words.length; at += 2) visibleFromSeqs.set(words[at] as ConversationId, Number(words[at + 1]));
  // Cast: the statement aggregates conversation ids.
  return { ids: ids.split(' ') as ConversationId[], visibleFromSeqs };
}
