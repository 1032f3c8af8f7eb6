import type { UserId } from '#contracts/primitives.js';

interface WithCursors {
  readonly userId: UserId;
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** The member, with both cursors at 0 if the user is in `hidden`: users on either side of a block do not see how far the other has read. */
export function hideCursors<T extends WithCursors>(member: T, hidden: ReadonlySet<UserId>): T {
  return hidden.has(member.userId) ? { ...member, readSeq: 0, deliveredSeq: 0 } : member;
}
