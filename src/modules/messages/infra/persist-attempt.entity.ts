import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConversationId } from '#contracts/primitives.js';

/** One row of `persist_attempts`: the entry that a shard is persisting alone after a crash. */
@Entity('persist_attempts')
export class PersistAttemptEntity {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_persist_attempts' })
  shard!: number;

  @Column('uuid', { name: 'conversation_id' })
  conversationId!: ConversationId;

  @Column('integer')
  rev!: number;

  @Column('uuid')
  process!: string;

  /** How many processes have started to persist this entry. */
  @Column('integer')
  attempts!: number;
}
