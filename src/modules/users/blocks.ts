import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { Any, Repository } from 'typeorm';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { BlockEntity } from './infra/block.entity.js';
import { Users } from './users.js';

/** A user has blocked or unblocked another one. */
export const blockChanged = topic<{ readonly userId: UserId; readonly blockedId: UserId }>('block.changed');

/** Pairs remembered per process; one takes about 200 bytes. */
const pairsMax = 50_000;

/** Blocks between users. */
@Injectable()
export class Blocks {
  private readonly pairs = new LRUCache<string, boolean>({ max: pairsMax });
  /** Counts invalidations: what was read before one is not remembered after it. */
  private version = 0;

  constructor(
    @InjectRepository(BlockEntity) private readonly rows: Repository<BlockEntity>,
    private readonly users: Users,
    private readonly signals: Signals,
  ) {}

  @OnSignal(blockChanged)
  forgetPair({ userId, blockedId }: Payload<typeof blockChanged>): void {
    this.version++;
    this.pairs.delete(pairKey(userId, blockedId));
  }

  @OnSignalGap()
  forgetAll(): void {
    this.version++;
    this.pairs.clear();
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

  /** The candidates who block the user. */
  async findBlockers(userId: UserId, candidates: readonly UserId[]): Promise<Set<UserId>> {
    if (candidates.length === 0) return new Set();
    const rows = await this.rows.find({ select: { userId: true }, where: { blockedId: userId, userId: Any(candidates) } });
    return new Set(rows.map((row) => row.userId));
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
