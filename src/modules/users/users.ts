import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Any, IsNull, type QueryDeepPartialEntity, Repository } from 'typeorm';
import { limits } from '#contracts/limits.js';
import { type Page, type PageQuery, storableText, type UserId } from '#contracts/primitives.js';
import type { PatchMeBody, User } from '#contracts/users/schemas.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import { foldText } from '#platform/fold-text.js';
import { newId } from '#platform/ids.js';
import { gramsToFind, searchableNames } from '#platform/name-search.js';
import { Database } from '../../database/database.js';
import { containsPattern } from '../../database/like-pattern.js';
import { decodeCursor } from '../../transport/cursor.js';
import { toPage } from '../../transport/to-page.js';
import { UserEntity } from './infra/user.entity.js';
import { UserCreatedHooks } from './on-user-created.js';

/** A user's identity at an outside issuer: the `iss` and `sub` of its tokens. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
}

export interface NewUser {
  /** As the contract's `Username` maps it. */
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
  readonly isGuest: boolean;
  readonly external?: ExternalIdentity;
}

/** A user and what a login checks. The hash never leaves the server. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string | null;
  readonly isDisabled: boolean;
}

const UsernameCursor = storableText(1, 64);

/** Accounts and profiles. How users prove their identity is the business of `auth`. */
@Injectable()
export class Users {
  private readonly lastSeen = new BatchedReads((ids: readonly UserId[]) => this.queryLastSeen(ids), { intervalMs: crowdIntervalMs });

  constructor(
    @InjectRepository(UserEntity) private readonly rows: Repository<UserEntity>,
    private readonly database: Database,
    private readonly hooks: UserCreatedHooks,
  ) {}

  /** Creates a user and runs the `@OnUserCreated` hooks. Throws `user.nameTaken`, also for an external identity that has a user. */
  async createUser(input: NewUser): Promise<User> {
    const { external, ...account } = input;
    const row = {
      ...account,
      ...searchableNames(account.username, account.displayName),
      usernameKey: keyOf(account.username),
      id: newId<UserId>(),
      avatarUrl: null,
      metadata: {},
      externalIssuer: external?.issuer ?? null,
      externalSubject: external?.subject ?? null,
      createdAt: clock.date(),
    };
    const inserted = await this.rows.createQueryBuilder().insert().values(row).orIgnore().returning('id').updateEntity(false).execute();
    const ids: unknown[] = inserted.raw;
    if (ids.length === 0) throw new AppError('user.nameTaken');
    const user = presentUser(row);
    await this.hooks.runHooks(user);
    return user;
  }

  /** The user, disabled or not, because history shows both. Throws `user.notFound`. */
  async requireUser(id: UserId): Promise<User> {
    const row = await this.rows.findOneBy({ id });
    if (row === null) throw new AppError('user.notFound');
    return presentUser(row);
  }

  /** The ids that belong to users who can take part, so without unknown and disabled users. */
  async findActiveIds(ids: readonly UserId[]): Promise<Set<UserId>> {
    if (ids.length === 0) return new Set();
    const rows = await this.rows.find({ select: { id: true }, where: { id: Any(ids), disabledAt: IsNull() } });
    return new Set(rows.map((row) => row.id));
  }

  /** The user with this identity at an external issuer, or null. */
  async findByIdentity({ issuer, subject }: ExternalIdentity): Promise<User | null> {
    const row = await this.rows.findOneBy({ externalIssuer: issuer, externalSubject: subject });
    return row === null ? null : presentUser(row);
  }

  /** For logins only: the user of this name, however it is spelled, with the password hash, or null. */
  async findCredentials(username: string): Promise<Credentials | null> {
    const row = await this.rows
      .createQueryBuilder('u')
      .where('COALESCE(u.usernameKey, u.username) = :key', { key: foldText(username) })
      .getOne();
    return row === null ? null : { user: presentUser(row), passwordHash: row.passwordHash, isDisabled: row.disabledAt !== null };
  }

  /** Users whose folded name or display name contains `query`, sorted by name; without `query` all. Leaves out disabled users. */
  async searchUsers(query: string | undefined, page: PageQuery): Promise<Page<User>> {
    const limit = page.limit ?? limits.pageSizeDefault;
    const select = this.rows
      .createQueryBuilder('u')
      .where('u.disabledAt IS NULL')
      .orderBy('u.username')
      .limit(limit + 1);
    if (query !== undefined) {
      const folded = foldText(query);
      select
        .andWhere('u.searchGrams @> :grams::text[]', { grams: gramsToFind(folded) })
        .andWhere('u.searchText LIKE :pattern', { pattern: containsPattern(folded) });
    }
    const after = decodeCursor(UsernameCursor, page.cursor);
    if (after !== undefined) select.andWhere('u.username > :after', { after });
    const { items, nextCursor } = toPage(await select.getMany(), limit, (row) => row.username);
    return { items: items.map(presentUser), nextCursor };
  }

  /** Changes the given fields and answers the profile. Throws `user.notFound`. */
  async patchProfile(id: UserId, patch: PatchMeBody): Promise<User> {
    const isChanged = Object.values(patch).some((field) => field !== undefined);
    if (!isChanged) return this.requireUser(id);
    const { username } = await this.requireUser(id);
    const names = patch.displayName === undefined ? {} : searchableNames(username, patch.displayName);
    // Cast: TypeORM's type for a part of a row has no room for JSON of any shape, such as `metadata`.
    await this.rows.update({ id }, { ...patch, ...names } as QueryDeepPartialEntity<UserEntity>);
    return this.requireUser(id);
  }

  /** The time of each user's last connection; users who never connected are left out. */
  readLastSeen(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, Date>> {
    return this.lastSeen.readMany(ids);
  }

  private async queryLastSeen(ids: readonly UserId[]): Promise<Map<UserId, Date>> {
    const rows = await this.database.prepared<{ id: UserId; last_seen_at: Date }>(
      'users_last_seen',
      'SELECT id, last_seen_at FROM users WHERE id = ANY ($1::uuid[]) AND last_seen_at IS NOT NULL',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.last_seen_at]));
  }
}

/** The folded name, which no two users share; null where the name itself is folded. */
function keyOf(username: string): string | null {
  const key = foldText(username);
  return key === username ? null : key;
}

/** What other users may see of a user. Lists the fields, so that a new column does not leak. */
function presentUser(row: Pick<UserEntity, keyof User>): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.displayName,
    avatarUrl: row.avatarUrl,
    metadata: row.metadata,
    createdAt: row.createdAt.toISOString(),
  };
}
