import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `saved_messages`: a message that a user saved. The row stays when the user loses access to the message; reads check access. */
@Entity('saved_messages')
@Index('ix_saved_messages_message', ['conversationId', 'seq'])
@Index('ix_saved_messages_user', ['userId', 'savedAt', 'conversationId', 'seq'])
export class SavedMessageEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'pk_saved_messages' })
  userId!: UserId;

  @PrimaryColumn({ type: 'uuid', name: 'conversation_id', primaryKeyConstraintName: 'pk_saved_messages' })
  conversationId!: ConversationId;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_saved_messages' })
  seq!: number;

  @Column({ type: 'timestamptz', name: 'saved_at' })
  savedAt!: Date;
}
