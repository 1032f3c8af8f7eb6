import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `search_marks`: the `rev` up to which a conversation is indexed. */
@Entity('search_marks')
export class SearchMarkEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_search_marks' })
  conversationId!: ConversationId;

  @Column('integer')
  rev!: number;
}
