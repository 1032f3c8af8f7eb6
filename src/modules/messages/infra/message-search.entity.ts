import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `message_search`: a message's text as it is searched, written after the message is persisted. */
@Entity('message_search')
@Index('ix_message_search_tokens', { synchronize: false })
export class MessageSearchEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_message_search' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_message_search' })
  seq!: number;

  /** See `foldText`. */
  @Column('text')
  folded!: string;

  /** See `tokensOf`. */
  @Column('tsvector')
  tokens!: string;
}
