import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { SessionId } from '#contracts/primitives.js';
import { SessionEntity } from './session.entity.js';

/** One row of `refresh_tokens`. A spent token stays until it expires, so that its reuse is detected. */
@Entity('refresh_tokens')
export class RefreshTokenEntity {
  @PrimaryColumn('bytea', { name: 'token_hash', primaryKeyConstraintName: 'pk_refresh_tokens' })
  tokenHash!: Buffer;

  @Column('uuid', { name: 'session_id' })
  @Index('ix_refresh_tokens_session')
  @ForeignKey(() => SessionEntity, { name: 'fk_refresh_tokens_session', onDelete: 'CASCADE' })
  sessionId!: SessionId;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'spent_at', nullable: true })
  spentAt!: Date | null;
}
