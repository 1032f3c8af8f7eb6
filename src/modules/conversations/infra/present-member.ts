import type { Member } from '#contracts/conversations/schemas.js';
import type { MemberCursors } from '../unread-source.js';
import type { MemberRow } from './conversation-row.js';

/** The one place that says which fields of a member are shown. `live` are the cursors when they are ahead of storage. */
export function presentMember(row: MemberRow, live?: MemberCursors): Member {
  return {
    userId: row.user_id,
    role: row.role,
    joinedAt: row.joined_at.toISOString(),
    readSeq: live?.readSeq ?? row.read_seq,
    deliveredSeq: live?.deliveredSeq ?? row.delivered_seq,
  };
}
