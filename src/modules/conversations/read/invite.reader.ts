import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ConversationType, Invite, InvitePreview, Policy, Role } from '#contracts/conversations/schemas.js';
import { limits } from '#contracts/limits.js';
import type { ConversationId, Page, PageQuery, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Users } from '../../users/users.js';
import { Access } from '../access.js';
import { permissionsOf } from '../domain/permissions.js';
import { isBanInForce } from './ban-row.js';
import { CursorTime } from './cursor-time.js';

const InviteCursor = z.tuple([CursorTime, z.string().max(64)]);

/** An invite that is neither expired nor used up, with what decides whether its creator may invite now. */
interface InviteRow {
  readonly code: string;
  readonly conversation_id: ConversationId;
  readonly created_by: UserId;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly max_uses: number | null;
  readonly uses: number;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly title: string | null;
  readonly member_count: number;
  readonly policy: Policy;
  /** The present role of the creator, or null if they are no member or disabled. */
  readonly creator_role: Role | null;
}

const selectInvites = `
  SELECT i.code, i.conversation_id, i.created_by, i.created_at, i.expires_at, i.max_uses, i.uses,
    c.type, c.name, c.title, c.member_count, c.policy,
    (SELECT m.role FROM members m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
     WHERE m.conversation_id = i.conversation_id AND m.user_id = i.created_by AND m.left_at IS NULL) AS creator_role
  FROM invites i JOIN conversations c ON c.id = i.conversation_id AND c.deleted_at IS NULL
  WHERE (i.max_uses IS NULL OR i.uses < i.max_uses) AND (i.expires_at IS NULL OR i.expires_at > clock_timestamp())`;

/** Arguments: $1 code. */
const selectByCode = `${selectInvites} AND i.code = $1`;

/** Arguments: $1 code. */
const selectConversation = 'SELECT conversation_id FROM invites WHERE code = $1';

/** Arguments: $1 conversation, $2 creator or null for the invites of all members, $3 and $4 the last of the previous page, $5 limit. */
const selectPage = `${selectInvites} AND i.conversation_id = $1 AND ($2::uuid IS NULL OR i.created_by = $2)
    AND ($3::timestamptz IS NULL OR (i.created_at, i.code) < ($3::timestamptz, $4::text))
  ORDER BY i.created_at DESC, i.code DESC LIMIT $5`;

/** Arguments: $1 conversation, $2 user. */
const selectBan = `SELECT 1 FROM bans b WHERE b.conversation_id = $1 AND b.user_id = $2 AND ${isBanInForce}`;

/** Lists invites for members, and shows to a user what an invite leads to. An invite is worth what its creator may do at the moment. */
@Injectable()
export class InviteReader {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly users: Users,
  ) {}

  /**
   * The invites that are neither expired nor used up, the newest first: all of them for moderators, otherwise the viewer's own. Throws
   * `conversation.notFound`, and `forbidden` for members who may not invite.
   */
  async listInvites(viewerId: UserId, conversationId: ConversationId, query: PageQuery): Promise<Page<Invite>> {
    const viewer = await this.access.of(conversationId, viewerId);
    viewer.require('invite');
    const limit = query.limit ?? limits.pageSizeDefault;
    const [at, code] = decodeCursor(InviteCursor, query.cursor) ?? [];
    const creatorId = viewer.can('manageMembers') ? null : viewerId;
    const last = at === undefined ? null : new Date(at);
    const found = await this.database.query<InviteRow>(selectPage, [conversationId, creatorId, last, code ?? null, limit + 1]);
    const { items, nextCursor } = toPage(found, limit, (row) => [row.created_at.getTime(), row.code]);
    return { items: items.map(presentInvite), nextCursor };
  }

  /**
   * What the invite leads to. Throws `invite.notFound` for an invite that cannot be used, whatever the reason, and `forbidden` for a user
   * who is banned there.
   */
  async previewInvite(viewerId: UserId, code: string): Promise<InvitePreview> {
    const [row] = await this.database.query<InviteRow>(selectByCode, [code]);
    if (row === undefined || !isActive(row)) throw new AppError('invite.notFound');
    const bans = await this.database.query(selectBan, [row.conversation_id, viewerId]);
    if (bans.length > 0) throw new AppError('forbidden', { detail: 'you are banned from this conversation' });
    return {
      code,
      conversationId: row.conversation_id,
      type: row.type,
      name: row.name,
      title: row.title,
      memberCount: row.member_count,
      inviter: await this.users.requireUser(row.created_by),
      expiresAt: row.expires_at?.toISOString() ?? null,
    };
  }

  /** The conversation of an invite, whether it can still be used or not. */
  async findConversationId(code: string): Promise<ConversationId | undefined> {
    const [row] = await this.database.query<Pick<InviteRow, 'conversation_id'>>(selectConversation, [code]);
    return row?.conversation_id;
  }
}

/** Whether the creator may invite at the moment. */
function isActive({ type, policy, creator_role: role }: InviteRow): boolean {
  return role !== null && permissionsOf({ type, policy, role, silenced: false }).includes('invite');
}

function presentInvite(row: InviteRow): Invite {
  return {
    code: row.code,
    conversationId: row.conversation_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    maxUses: row.max_uses,
    uses: row.uses,
    isActive: isActive(row),
  };
}
