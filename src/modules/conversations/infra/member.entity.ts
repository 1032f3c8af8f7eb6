import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LeaveReason, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `members`: a membership. It stays after the member has left, with `leftAt` set: sync reports the departure, and a return updates the row. */
@Entity('members')
@Index('ix_members_user', ['userId', 'conversationId'], { where: '(left_at IS NULL)' })
@Index('ix_members_rev', ['conversationId', 'rev'])
@Index('ix_members_muted', ['conversationId', 'mutedAt', 'userId'], { where: '(muted_at IS NOT NULL)' })
@Index('ix_members_joined', ['conversationId', 'joinedAt', 'userId'], { where: '(left_at IS NULL)' })
export class MemberEntity {
  @PrimaryColumn({ type: 'uuid', name: 'conversation_id', primaryKeyConstraintName: 'pk_members' })
  conversationId!: ConversationId;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'pk_members' })
  userId!: UserId;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'timestamptz', name: 'joined_at' })
  joinedAt!: Date;

  /** The newest `seq` of the conversation when the member joined. */
  @Column({ type: 'integer', name: 'joined_seq', default: 0 })
  joinedSeq!: number;

  /** The lowest `seq` that the member may see. Decided when they join, so that a later change of the policy does not move it. */
  @Column({ type: 'integer', name: 'visible_from_seq', default: 1 })
  visibleFromSeq!: number;

  @Column({ type: 'integer', name: 'delivered_seq', default: 0 })
  deliveredSeq!: number;

  @Column({ type: 'integer', name: 'read_seq', default: 0 })
  readSeq!: number;

  /** Number of messages after `readSeq` that do not count as unread: the member's own and deleted ones. */
  @Column({ type: 'integer', default: 0 })
  uncounted!: number;

  /** `rev` of the last change of the membership. */
  @Column({ type: 'integer' })
  rev!: number;

  @Column({ type: 'timestamptz', name: 'left_at', nullable: true })
  leftAt!: Date | null;

  @Column({ type: 'text', name: 'left_reason', nullable: true })
  leftReason!: LeaveReason | null;

  /** When they were muted, or null. A mute outlives the membership. */
  @Column({ type: 'timestamptz', name: 'muted_at', nullable: true })
  mutedAt!: Date | null;

  /** Null: until it is lifted. */
  @Column({ type: 'timestamptz', name: 'muted_until', nullable: true })
  mutedUntil!: Date | null;

  /** Null: an operator. */
  @Column({ type: 'uuid', name: 'muted_by', nullable: true })
  mutedBy!: UserId | null;

  @Column({ type: 'text', name: 'mute_reason', nullable: true })
  muteReason!: string | null;
}
