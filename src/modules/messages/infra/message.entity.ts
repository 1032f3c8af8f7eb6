import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ClientId, ConversationId, MessageId, Metadata, UserId } from '#contracts/primitives.js';

/** One row of `messages`: the current state of a persisted message. */
@Entity('messages')
@Unique('uq_messages_client_id', ['conversationId', 'senderId', 'clientId'])
@Check('ck_messages_text', 'octet_length(text) <= 262144')
@Index('ix_messages_rev', ['conversationId', 'rev'])
@Index('ix_messages_replies', ['conversationId', 'replyTo', 'seq'], { where: '(reply_to IS NOT NULL)' })
@Index('ix_messages_pins', ['conversationId', 'pinnedAt', 'seq'], { where: '(pinned_at IS NOT NULL)' })
export class MessageEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_messages' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_messages' })
  seq!: number;

  @Column('uuid')
  id!: MessageId;

  /** `rev` of the last change of the message. */
  @Column('integer')
  rev!: number;

  @Column('uuid', { name: 'client_id' })
  clientId!: ClientId;

  @Column('uuid', { name: 'sender_id' })
  senderId!: UserId;

  /** Distinguishes a replay from a different message with the same client id. */
  @Column('bytea', { name: 'body_hash' })
  bodyHash!: Buffer;

  /** Null after the message is deleted. */
  @Column('text', { nullable: true })
  text!: string | null;

  @Column('integer', { name: 'reply_to', nullable: true })
  replyTo!: number | null;

  @Column('uuid', { array: true, default: [] })
  mentions!: UserId[];

  @Column('jsonb', { default: {} })
  metadata!: Metadata;

  @Column('timestamptz', { name: 'pinned_at', nullable: true })
  pinnedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'edited_at', nullable: true })
  editedAt!: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
