import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { SessionId, UserId } from '#contracts/primitives.js';

/** One row of `sessions`: a login with all its refresh tokens. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_sessions' })
  id!: SessionId;

  @Column('uuid', { name: 'user_id' })
  @Index('ix_sessions_user')
  @ForeignKey('UserEntity', { name: 'fk_sessions_user', onDelete: 'CASCADE' })
  userId!: UserId;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Time of the last login or refresh. Requests do not update it. */
  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;
}
