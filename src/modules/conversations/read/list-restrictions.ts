import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ban, Mute } from '#contracts/conversations/schemas.js';
import { limits } from '#contracts/limits.js';
import { type ConversationId, type Page, type PageQuery, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Access } from '../access.js';
import { banColumns, type BanRow, isBanInForce, presentBan } from './ban-row.js';
import { CursorTime } from './cursor-time.js';
import { type MuteRow, presentMuteRow } from './mute-row.js';

const RestrictionCursor = z.tuple([CursorTime, UserId]);

/** Arguments: $1 conversation, $2 and $3 the last ban of the previous page or null, $4 limit. */
const selectBans = `
  SELECT ${banColumns} FROM bans b
  WHERE b.conversation_id = $1 AND ${isBanInForce} AND ($2::timestamptz IS NULL OR (b.created_at, b.user_id) < ($2::timestamptz, $3::uuid))
  ORDER BY b.created_at DESC, b.user_id DESC LIMIT $4`;

/** Arguments: as `selectBans`. */
const selectMutes = `
  SELECT conversation_id, user_id, muted_at, muted_until, muted_by, mute_reason FROM members
  WHERE conversation_id = $1 AND muted_at IS NOT NULL AND (muted_until IS NULL OR muted_until > clock_timestamp())
    AND ($2::timestamptz IS NULL OR (muted_at, user_id) < ($2::timestamptz, $3::uuid))
  ORDER BY muted_at DESC, user_id DESC LIMIT $4`;

/** Lists the bans and mutes in force for moderators, the newest first. */
@Injectable()
export class ListRestrictions {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
  ) {}

  /** Throws `conversation.notFound`, `forbidden`. */
  async listBans(viewerId: UserId, conversationId: ConversationId, query: PageQuery): Promise<Page<Ban>> {
    const found = await this.read<BanRow>(viewerId, conversationId, query, selectBans);
    const { items, nextCursor } = toPage(found, limitOf(query), (last) => [last.created_at.getTime(), last.user_id]);
    return { items: items.map(presentBan), nextCursor };
  }

  /** As `listBans`. The mutes of former members are listed too. */
  async listMutes(viewerId: UserId, conversationId: ConversationId, query: PageQuery): Promise<Page<Mute>> {
    const found = await this.read<MuteRow>(viewerId, conversationId, query, selectMutes);
    const { items, nextCursor } = toPage(found, limitOf(query), (last) => [last.muted_at.getTime(), last.user_id]);
    return { items: items.map(presentMuteRow), nextCursor };
  }

  private async read<Row>(viewerId: UserId, conversationId: ConversationId, query: PageQuery, sql: string): Promise<Row[]> {
    (await this.access.of(conversationId, viewerId)).require('manageMembers');
    const [at, userId] = decodeCursor(RestrictionCursor, query.cursor) ?? [];
    return this.database.query<Row>(sql, [conversationId, at === undefined ? null : new Date(at), userId ?? null, limitOf(query) + 1]);
  }
}

function limitOf({ limit }: PageQuery): number {
  return limit ?? limits.pageSizeDefault;
}
