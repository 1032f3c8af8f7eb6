import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Metadata, UserId } from '#contracts/primitives.js';
import type { Audience } from '#contracts/users/schemas.js';

/** One row of `users`. It never leaves this module: other modules get the fields that `presentUser` lists. */
@Entity('users')
@Unique('uq_users_username', ['username'])
@Unique('uq_users_external', ['externalIssuer', 'externalSubject'])
@Index('uq_users_username_key', { synchronize: false })
@Index('ix_users_search', { synchronize: false })
export class UserEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_users' })
  id!: UserId;

  @Column('text')
  username!: string;

  /** The folded user name, unique among all users; null where it equals the user name. */
  @Column('text', { name: 'username_key', nullable: true, select: false })
  usernameKey!: string | null;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('text', { name: 'avatar_url', nullable: true })
  avatarUrl!: string | null;

  @Column('jsonb', { default: {} })
  metadata!: Metadata;

  /** The argon2id hash as a PHC string; null for guests and for users of an external issuer. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column('boolean', { name: 'is_guest', default: false })
  isGuest!: boolean;

  @Column('text', { name: 'external_issuer', nullable: true })
  externalIssuer!: string | null;

  @Column('text', { name: 'external_subject', nullable: true })
  externalSubject!: string | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @Column('text', { name: 'who_may_add', default: 'everybody' })
  whoMayAdd!: Audience;

  @Column('text', { name: 'last_seen', default: 'contacts' })
  lastSeen!: Audience;

  @Column('boolean', { name: 'appear_offline', default: false })
  appearOffline!: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** See `SearchableNames`. */
  @Column('text', { name: 'search_text', nullable: true, select: false })
  searchText!: string | null;

  @Column('text', { name: 'search_grams', array: true, nullable: true, select: false })
  searchGrams!: string[] | null;
}
