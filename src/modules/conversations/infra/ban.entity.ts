import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `bans`: a user who may not join a conversation until the ban is lifted. */
@Entity('bans')
@Index('ix_bans_created', ['conversationId', 'createdAt', 'userId'])
export class BanEntity {
  @PrimaryColumn({ type: 'uuid', name: 'conversation_id', primaryKeyConstraintName: 'pk_bans' })
  conversationId!: ConversationId;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'pk_bans' })
  userId!: UserId;

  /** Null: an operator. */
  @Column({ type: 'uuid', name: 'banned_by', nullable: true })
  bannedBy!: UserId | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** Null: until it is lifted. */
  @Column({ type: 'timestamptz', name: 'banned_until', nullable: true })
  bannedUntil!: Date | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;
}
