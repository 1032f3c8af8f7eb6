import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `message_search`: the indexed copy of a message's text, written after the message is persisted. */
@Entity('message_search')
@Index('ix_message_search_text', { synchronize: false })
export class MessageSearchEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_message_search' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_message_search' })
  seq!: number;

  @Column('text')
  text!: string;
}
