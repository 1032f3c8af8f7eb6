import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `message_edits`: an earlier text of a message. */
@Entity('message_edits')
export class MessageEditEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_message_edits' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_message_edits' })
  seq!: number;

  /** `rev` of the edit that replaced this text. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_message_edits' })
  rev!: number;

  @Column('text', { nullable: true })
  text!: string | null;

  @Column('timestamptz', { name: 'replaced_at' })
  replacedAt!: Date;
}
