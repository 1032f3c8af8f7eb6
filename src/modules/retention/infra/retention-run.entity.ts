import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RetentionRunId } from '#contracts/operations/schemas.js';

/** One run of retention: requested, live or ended. */
@Entity('retention_runs')
@Unique('uq_retention_runs_live', ['isLive'])
@Index('ix_retention_runs_requested', ['requestedAt', 'id'])
export class RetentionRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_retention_runs' })
  id!: RetentionRunId;

  @Column('boolean', { name: 'dry_run' })
  dryRun!: boolean;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  /** When the process that runs it last reported. One that does not report for a minute has died. */
  @Column('timestamptz', { name: 'heartbeat_at', nullable: true })
  heartbeatAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** True while it runs, else null: unique, so that one runs at a time. */
  @Column('boolean', { name: 'is_live', nullable: true })
  isLive!: true | null;

  @Column('integer', { default: 0 })
  conversations!: number;

  @Column('integer', { default: 0 })
  messages!: number;

  @Column('integer', { default: 0 })
  ranges!: number;

  @Column('integer', { name: 'purged_conversations', default: 0 })
  purgedConversations!: number;

  @Column('text', { nullable: true })
  error!: string | null;
}
