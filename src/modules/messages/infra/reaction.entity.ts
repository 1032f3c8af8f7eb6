import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `reactions`: a user reacted to a message with an emoji. */
@Entity('reactions')
export class ReactionEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_reactions' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_reactions' })
  seq!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_reactions' })
  emoji!: string;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'pk_reactions' })
  userId!: UserId;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
