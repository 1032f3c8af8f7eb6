import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { Any, Repository } from 'typeorm';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { BatchedReads } from '#platform/batched-reads.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { Database } from '../../database/database.js';
import { BlockEntity } from './infra/block.entity.js';
import { Users } from './users.js';

/** A user has blocked or unblocked another one. */
export const blockChanged = topic<{ readonly userId: UserId; readonly blockedId: UserId }>('block.changed');

/** Pairs remembered per process; one takes about 200 bytes. */
const pairsMax = 50_000;
/** Users whose blocks are remembered per process. */
const usersMax = 50_000;

const none: ReadonlySet<UserId> = new Set();

/** Argument: $1 users. */
const selectBlocked = `
  SELECT b.user_id AS id, b.blocked_id AS other FROM blocks b WHERE b.user_id = ANY ($1::uuid[])
  UNION ALL SELECT b.blocked_id, b.user_id FROM blocks b WHERE b.blocked_id = ANY ($1::uuid[])`;

/** Blocks between users. */
@Injectable()
export class Blocks {
  private readonly pairs = new LRUCache<string, boolean>({ max: pairsMax });
  /** The users on the other side of each user's blocks, in both directions. */
  private readonly others = new LRUCache<UserId, ReadonlySet<UserId>>({ max: usersMax });
  private readonly reads = new BatchedReads((ids: readonly UserId[]) => this.readOthers(ids));
  /** Counts invalidations: what was read before one is not remembered after it. */
  private version = 0;

  constructor(
    @InjectRepository(BlockEntity) private readonly rows: Repository<BlockEntity>,
    private readonly users: Users,
    private readonly database: Database,
    private readonly signals: Signals,
  ) {}

  @OnSignal(blockChanged)
  forgetPair({ userId, blockedId }: Payload<typeof blockChanged>): void {
    this.version++;
    this.pairs.delete(pairKey(userId, blockedId));
    this.others.delete(userId);
    this.others.delete(blockedId);
  }

  @OnSignalGap()
  forgetAll(): void {
    this.version++;
    this.pairs.clear();
    this.others.clear();
  }

  /** A repeat changes nothing. Throws `user.notFound`, and `validation.failed` for the user's own id. */
  async blockUser(userId: UserId, blockedId: UserId): Promise<void> {
    if (userId === blockedId) throw new AppError('validation.failed', { errors: [{ path: 'userId', message: 'must be somebody else' }] });
    await this.users.requireUser(blockedId);
    await this.rows.createQueryBuilder().insert().values({ userId, blockedId, createdAt: clock.date() }).orIgnore().execute();
    await this.publishChange(userId, blockedId);
  }

  /** A repeat changes nothing. Throws `user.notFound`. */
  async unblockUser(userId: UserId, blockedId: UserId): Promise<void> {
    await this.users.requireUser(blockedId);
    await this.rows.delete({ userId, blockedId });
    await this.publishChange(userId, blockedId);
  }

  /** Whether one of the two users blocks the other. Answered from memory the second time. */
  async isBlockedEitherWay(a: UserId, b: UserId): Promise<boolean> {
    const key = pairKey(a, b);
    const known = this.pairs.get(key);
    if (known !== undefined) return known;
    const version = this.version;
    const isBlocked = await this.rows.existsBy([
      { userId: a, blockedId: b },
      { userId: b, blockedId: a },
    ]);
    if (version === this.version) this.pairs.set(key, isBlocked);
    return isBlocked;
  }

  /** The users who block this one or are blocked by this one. Without a promise when they are in memory. */
  findBlockedEitherWay(userId: UserId): ReadonlySet<UserId> | Promise<ReadonlySet<UserId>> {
    return this.others.get(userId) ?? this.loadOthers(userId);
  }

  /** The candidates who block the user. */
  async findBlockers(userId: UserId, candidates: readonly UserId[]): Promise<Set<UserId>> {
    if (candidates.length === 0) return new Set();
    const rows = await this.rows.find({ select: { userId: true }, where: { blockedId: userId, userId: Any(candidates) } });
    return new Set(rows.map((row) => row.userId));
  }

  private async loadOthers(userId: UserId): Promise<ReadonlySet<UserId>> {
    const version = this.version;
    const found = (await this.reads.readOne(userId)) ?? none;
    if (version === this.version) this.others.set(userId, found);
    return found;
  }

  private async readOthers(ids: readonly UserId[]): Promise<Map<UserId, Set<UserId>>> {
    const rows = await this.database.prepared<{ id: UserId; other: UserId }>('blocks_of_users', selectBlocked, [ids]);
    const found = new Map<UserId, Set<UserId>>();
    for (const { id, other } of rows) found.set(id, (found.get(id) ?? new Set()).add(other));
    return found;
  }

  /** Resolves once every node has forgotten the pair. */
  private async publishChange(userId: UserId, blockedId: UserId): Promise<void> {
    this.signals.publish(blockChanged, { userId, blockedId });
    await this.signals.awaitDelivery();
  }
}

function pairKey(a: UserId, b: UserId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
