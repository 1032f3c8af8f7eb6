import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `message_hides`: a message that one member deleted for themselves. */
@Entity('message_hides')
@Index('ix_message_hides_seq', ['conversationId', 'seq'])
export class MessageHideEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_message_hides' })
  conversationId!: ConversationId;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'pk_message_hides' })
  userId!: UserId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_message_hides' })
  seq!: number;

  @Column('integer')
  rev!: number;

  @Column('timestamptz', { name: 'hidden_at' })
  hiddenAt!: Date;
}
