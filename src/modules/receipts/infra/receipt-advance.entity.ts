import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** One row of `receipt_advances`: the time at which a member's delivered or read cursor reached a `seq`. */
@Entity('receipt_advances')
export class ReceiptAdvanceEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_receipt_advances' })
  conversationId!: ConversationId;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'pk_receipt_advances' })
  userId!: UserId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_receipt_advances' })
  kind!: 'delivered' | 'read';

  @PrimaryColumn('integer', { name: 'up_to_seq', primaryKeyConstraintName: 'pk_receipt_advances' })
  upToSeq!: number;

  /** The newest `seq` when the member joined: the advance is no receipt for messages up to it. */
  @Column('integer', { name: 'after_seq', default: 0 })
  afterSeq!: number;

  @Column('timestamptz')
  at!: Date;
}
