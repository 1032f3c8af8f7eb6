import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `log_parked`: an entry that could not be persisted and waits for an operator. */
@Entity('log_parked')
export class LogParkedEntity {
  @PrimaryColumn('uuid', { name: 'conversation_id', primaryKeyConstraintName: 'pk_log_parked' })
  conversationId!: ConversationId;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_log_parked' })
  rev!: number;

  /** The entry in the format of `log_groups.entries`. */
  @Column('text')
  entry!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz', { name: 'parked_at' })
  parkedAt!: Date;
}
