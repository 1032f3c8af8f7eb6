import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `search_queue`: a conversation with changes that are not indexed yet. */
@Entity('search_queue')
export class SearchQueueEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_search_queue' })
  conversationId!: ConversationId;

  @Column('timestamptz')
  since!: Date;
}
