import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ConversationType, Policy, Visibility } from '#contracts/conversations/schemas.js';
import type { ConversationId, Metadata, UserId } from '#contracts/primitives.js';

/** One row of `conversations`. The row of a deleted conversation stays, with `deletedAt` set. */
@Entity('conversations')
@Index('uq_conversations_name', ['name'], { unique: true, where: "(visibility = 'public'::text)" })
@Unique('uq_conversations_direct_key', ['directKey'])
@Index('ix_conversations_retention', ['id'], {
  where: "((deleted_at IS NOT NULL) OR ((policy ->> 'retentionSeconds'::text) IS NOT NULL) OR (deleted_before_seq < hidden_before_seq))",
})
@Index('ix_conversations_public', ['createdAt', 'id'], { where: "((visibility = 'public'::text) AND (deleted_at IS NULL))" })
export class ConversationEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_conversations' })
  id!: ConversationId;

  @Column({ type: 'text' })
  type!: ConversationType;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  title!: string | null;

  @Column({ type: 'text' })
  visibility!: Visibility;

  @Column({ type: 'jsonb' })
  policy!: Policy;

  @Column({ type: 'jsonb', default: {} })
  metadata!: Metadata;

  /** The sorted ids of the two users of a direct conversation; null for other types. Each pair has at most one conversation. */
  @Column({ type: 'text', name: 'direct_key', nullable: true })
  directKey!: string | null;

  @Column({ type: 'uuid', name: 'created_by', nullable: true })
  createdBy!: UserId | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** `rev` of the last change of the settings. Sync sends the settings if it is newer than the client's `rev`. */
  @Column({ type: 'integer', name: 'settings_rev', default: 1 })
  settingsRev!: number;

  /** Newest persisted `seq`; the log may be ahead of it. */
  @Column({ type: 'integer', name: 'last_seq', default: 0 })
  lastSeq!: number;

  @Column({ type: 'integer', name: 'last_rev', default: 1 })
  lastRev!: number;

  @Column({ type: 'timestamptz', name: 'last_message_at', nullable: true })
  lastMessageAt!: Date | null;

  @Column({ type: 'integer', name: 'member_count', default: 0 })
  memberCount!: number;

  /** The title as the directory searches it (`foldText`). */
  @Column({ type: 'text', name: 'folded_title', nullable: true })
  foldedTitle!: string | null;

  /** Messages below this `seq` have expired for good. */
  @Column({ type: 'integer', name: 'hidden_before_seq', default: 1 })
  hiddenBeforeSeq!: number;

  /** Messages below this `seq` are deleted. It follows `hiddenBeforeSeq`. */
  @Column({ type: 'integer', name: 'deleted_before_seq', default: 1 })
  deletedBeforeSeq!: number;

  /** The name of a deleted conversation, which it gets back when it is restored. */
  @Column({ type: 'text', name: 'former_name', nullable: true })
  formerName!: string | null;
}
