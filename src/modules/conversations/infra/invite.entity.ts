import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `invites`: a code with which users join a conversation while it is valid. */
@Entity('invites')
@Index('ix_invites_conversation', ['conversationId'])
export class InviteEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_invites' })
  code!: string;

  @Column({ type: 'uuid', name: 'conversation_id' })
  conversationId!: ConversationId;

  @Column({ type: 'uuid', name: 'created_by' })
  createdBy!: UserId;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Null: no limit. */
  @Column({ type: 'integer', name: 'max_uses', nullable: true })
  maxUses!: number | null;

  @Column({ type: 'integer', default: 0 })
  uses!: number;
}
