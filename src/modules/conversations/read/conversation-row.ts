import type { Conversation, Member, Membership, Role } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import type { RowOf } from '../../../database/row-of.js';
import type { ConversationEntity } from '../infra/conversation.entity.js';
import { muteColumn, presentMute, type StoredMute } from '../mute.js';
import type { MemberCursors } from '../unread-source.js';

/** A row of `conversations`: the columns that are shown or needed for a decision. */
export type ConversationRow = RowOf<
  ConversationEntity,
  | 'id'
  | 'type'
  | 'name'
  | 'title'
  | 'visibility'
  | 'policy'
  | 'metadata'
  | 'createdBy'
  | 'createdAt'
  | 'updatedAt'
  | 'lastSeq'
  | 'lastRev'
  | 'hiddenBeforeSeq'
  | 'memberCount'
>;

export const conversationColumns =
  'c.id, c.type, c.name, c.title, c.visibility, c.policy, c.metadata, c.created_by, c.created_at, c.updated_at, c.last_seq, c.last_rev, c.hidden_before_seq, c.member_count';

/** A row of `members` of a current member. */
export interface MemberRow {
  readonly user_id: UserId;
  readonly role: Role;
  readonly joined_at: Date;
  readonly joined_seq: number;
  readonly visible_from_seq: number;
  readonly delivered_seq: number;
  readonly read_seq: number;
  readonly uncounted: number;
  readonly mute: StoredMute | null;
}

export const memberColumns = `m.user_id, m.role, m.joined_at, m.joined_seq, m.visible_from_seq, m.delivered_seq, m.read_seq, m.uncounted, ${muteColumn}`;

/** The log's numbers that a presented conversation shows. */
export interface ShownHead {
  readonly epoch: string;
  readonly seq: number;
  readonly rev: number;
}

/** The presenter of conversations: only the fields listed here are ever shown. */
export function presentConversation(row: ConversationRow, head: ShownHead, me: Membership | null): Conversation {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    title: row.title,
    visibility: row.visibility,
    policy: row.policy,
    metadata: row.metadata,
    epoch: head.epoch,
    seq: head.seq,
    rev: head.rev,
    hiddenBeforeSeq: row.hidden_before_seq,
    memberCount: row.member_count,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    me,
  };
}

/** The presenter of members. `live` are cursors that are ahead of storage. */
export function presentMember(row: MemberRow, live?: MemberCursors): Member {
  return {
    userId: row.user_id,
    role: row.role,
    joinedAt: row.joined_at.toISOString(),
    readSeq: live?.readSeq ?? row.read_seq,
    deliveredSeq: live?.deliveredSeq ?? row.delivered_seq,
    mute: presentMute(row.mute),
  };
}
