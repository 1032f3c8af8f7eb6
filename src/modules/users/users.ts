import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Repository } from 'typeorm';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { Page, PageQuery, UserId } from '#contracts/primitives.js';
import type { PatchMeBody, User } from '#contracts/users/schemas.js';
import { Database } from '../../database/database.js';
import { containsPattern } from '../../database/like-pattern.js';
import { AppError } from '#platform/errors/app-error.js';
import { crowdApartMs, GatheredReads } from '#platform/gathered-reads.js';
import { newId } from '#platform/ids.js';
import { Signals } from '#platform/signals/signals.js';
import { decodeCursor } from '../../transport/cursor.js';
import { toPage } from '../../transport/to-page.js';
import { presentUser } from './infra/present-user.js';
import { UserEntity } from './infra/user.entity.js';
import { UserLifecycle } from './user-lifecycle.js';
import { userDisabled } from './user-signals.js';

/** Who a user is at an outside issuer: the `iss` and `sub` of its tokens. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
}

export interface NewUser {
  /** Folded already, as the contract's `Username` does. */
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
  readonly isGuest: boolean;
  readonly external?: ExternalIdentity;
}

/** What a login needs to know of a user; never shown to anybody. */
export interface Credentials {
  readonly userId: UserId;
  readonly passwordHash: string | null;
  readonly isDisabled: boolean;
}

/** The expression of `ix_users_search`; it also matches across the blank, so the exact condition stands beside it. */
const indexedMatch = "u.username || ' ' || lower(u.displayName) LIKE lower(:pattern)";

const UsernameCursor = z.string().max(32);

/** Accounts and profiles. Knows nothing of how users prove who they are. */
@Injectable()
export class Users {
  private readonly lastSeen = new GatheredReads((ids: readonly UserId[]) => this.readLastSeen(ids), { apartMs: crowdApartMs });

  constructor(
    @InjectRepository(UserEntity) private readonly rows: Repository<UserEntity>,
    private readonly database: Database,
    private readonly lifecycle: UserLifecycle,
    private readonly signals: Signals,
  ) {}

  /** Makes a user and waits for what hooks into that. Throws `user.nameTaken`, also when the external identity is known already. */
  async create(input: NewUser): Promise<User> {
    const row = this.rows.create({
      id: newId<UserId>(),
      username: input.username,
      displayName: input.displayName,
      avatarUrl: null,
      metadata: {},
      passwordHash: input.passwordHash,
      isGuest: input.isGuest,
      externalIssuer: input.external?.issuer ?? null,
      externalSubject: input.external?.subject ?? null,
      createdAt: new Date(),
    });
    if (!(await this.insert(row))) throw new AppError('user.nameTaken');
    const user = presentUser(row);
    await this.lifecycle.created(user);
    return user;
  }

  /** The user, disabled or not (history shows them all), or null. */
  async find(id: UserId): Promise<User | null> {
    const row = await this.rows.findOneBy({ id });
    return row && presentUser(row);
  }

  /** The user, disabled or not; throws `user.notFound`. */
  async require(id: UserId): Promise<User> {
    const user = await this.find(id);
    if (!user) throw new AppError('user.notFound');
    return user;
  }

  /** The users of these ids in this order; unknown ones are left out. */
  async findMany(ids: readonly UserId[]): Promise<User[]> {
    if (ids.length === 0) return [];
    const rows = await this.rows.findBy({ id: In([...new Set(ids)]) });
    const byId = new Map(rows.map((row) => [row.id, presentUser(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Which of these ids are users that can take part, so not the disabled ones. */
  async existing(ids: readonly UserId[]): Promise<Set<UserId>> {
    if (ids.length === 0) return new Set();
    const rows = await this.rows.find({ select: { id: true }, where: { id: In([...new Set(ids)]), disabledAt: IsNull() } });
    return new Set(rows.map((row) => row.id));
  }

  /** The user of this name, whatever its case, or null. */
  async byUsername(username: string): Promise<User | null> {
    const row = await this.rows.findOneBy({ username: username.toLowerCase() });
    return row && presentUser(row);
  }

  /** The user an outside issuer knows by this identity, or null. */
  async byExternal(identity: ExternalIdentity): Promise<User | null> {
    const row = await this.rows.findOneBy({ externalIssuer: identity.issuer, externalSubject: identity.subject });
    return row && presentUser(row);
  }

  /** For logins only: the password hash of this name, whatever its case, or null. */
  async credentialsOf(username: string): Promise<Credentials | null> {
    const row = await this.rows.findOneBy({ username: username.toLowerCase() });
    return row && { userId: row.id, passwordHash: row.passwordHash, isDisabled: row.disabledAt !== null };
  }

  /** Users whose name or display name contains `query`, whatever its case, by name; without `query` all. Disabled ones are left out. */
  async search(query: string | undefined, page: PageQuery): Promise<Page<User>> {
    const limit = page.limit ?? limits.pageSizeDefault;
    const select = this.rows
      .createQueryBuilder('u')
      .where('u.disabledAt IS NULL')
      .orderBy('u.username')
      .limit(limit + 1);
    if (query !== undefined) {
      select
        .andWhere(indexedMatch, { pattern: containsPattern(query) })
        .andWhere('(u.username LIKE lower(:pattern) OR lower(u.displayName) LIKE lower(:pattern))');
    }
    const after = decodeCursor(UsernameCursor, page.cursor);
    if (after !== undefined) select.andWhere('u.username > :after', { after });
    const { items, nextCursor } = toPage(await select.getMany(), limit, (last) => last.username);
    return { items: items.map(presentUser), nextCursor };
  }

  /** Changes what is given and answers the profile; throws `user.notFound`. */
  async patchMe(id: UserId, patch: PatchMeBody): Promise<User> {
    await this.database.query(
      `UPDATE users
       SET display_name = coalesce($2, display_name), metadata = coalesce($3, metadata),
           avatar_url = CASE WHEN $4::boolean THEN $5 ELSE avatar_url END
       WHERE id = $1`,
      [id, patch.displayName, patch.metadata && JSON.stringify(patch.metadata), patch.avatarUrl !== undefined, patch.avatarUrl],
    );
    return this.require(id);
  }

  /** Shuts a user out, on every node and open sockets too, or lets them in again; repeats change nothing. */
  async setDisabled(id: UserId, disabled: boolean): Promise<void> {
    const { affected } = await this.rows.update({ id }, { disabledAt: disabled ? new Date() : null });
    if (affected === 0) throw new AppError('user.notFound');
    this.signals.publish(userDisabled, { userId: id, disabled });
    await this.signals.settled();
  }

  /** Notes the end of a user's last connection; never moves back. */
  async recordLastSeen(id: UserId, at: Date): Promise<void> {
    await this.database.query('UPDATE users SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1', [id, at]);
  }

  /** When these users were last connected; those never seen are left out. */
  lastSeenOf(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, Date>> {
    return this.lastSeen.getAll(ids);
  }

  private async readLastSeen(ids: readonly UserId[]): Promise<Map<UserId, Date>> {
    const rows = await this.database.prepared<{ id: UserId; last_seen_at: Date }>(
      'users_last_seen',
      'SELECT id, last_seen_at FROM users WHERE id = ANY ($1::uuid[]) AND last_seen_at IS NOT NULL',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.last_seen_at]));
  }

  /** False when the name (or the external identity) is taken; no error, so that a surrounding transaction would live on. */
  private async insert(row: UserEntity): Promise<boolean> {
    const inserted = await this.database.query<{ id: UserId }>(
      `INSERT INTO users (id, username, display_name, password_hash, is_guest, external_issuer, external_subject, metadata, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8)
       ON CONFLICT DO NOTHING
       RETURNING id`,
      [row.id, row.username, row.displayName, row.passwordHash, row.isGuest, row.externalIssuer, row.externalSubject, row.createdAt],
    );
    return inserted.length === 1;
  }
}
