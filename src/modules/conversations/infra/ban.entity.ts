import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `bans`: a user who may not join a conversation until the ban is lifted. */
@Entity('bans')
export class BanEntity {
  @PrimaryColumn({ type: 'uuid', name: 'conversation_id', primaryKeyConstraintName: 'pk_bans' })
  conversationId!: ConversationId;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'pk_bans' })
  userId!: UserId;

  @Column({ type: 'uuid', name: 'banned_by' })
  bannedBy!: UserId;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
