import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditEntryId, ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `audit_log`: what an operator saw or did. Never holds a text of a conversation. */
@Entity('audit_log')
@Index('ix_audit_log_conversation', ['conversationId', 'id'], { where: '(conversation_id IS NOT NULL)' })
export class AuditEntryEntity {
  /** Version 7, so that ids are in the order of time. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_audit_log' })
  id!: AuditEntryId;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  operator!: string;

  /** The network address of the operator. */
  @Column('text')
  address!: string;

  /** The name of the route. */
  @Column('text')
  action!: string;

  @Column('uuid', { name: 'conversation_id', nullable: true })
  conversationId!: ConversationId | null;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: UserId | null;

  @Column('integer', { nullable: true })
  seq!: number | null;

  /** `ok` or the code of the error; null while the request runs, and after a crash in the middle of it. */
  @Column('text', { nullable: true })
  outcome!: string | null;
}
