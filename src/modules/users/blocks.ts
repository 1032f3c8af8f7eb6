import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '#contracts/primitives.js';
import { Database } from '../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals } from '#platform/signals/signals.js';
import { blockChanged } from './user-signals.js';
import { Users } from './users.js';

/** Pairs remembered per process; one is about 200 bytes. */
const pairsMax = 50_000;

/** Who does not want to hear from whom. */
@Injectable()
export class Blocks {
  private readonly pairs = new LRUCache<string, boolean>({ max: pairsMax });
  /** Counts invalidations: an answer read before one is not remembered after it. */
  private version = 0;

  constructor(
    private readonly database: Database,
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

  /** Repeats change nothing. Throws `user.notFound`, and `validation.failed` for oneself. */
  async block(userId: UserId, blockedId: UserId): Promise<void> {
    if (userId === blockedId) throw new AppError('validation.failed', { errors: [{ path: 'userId', message: 'must be somebody else' }] });
    await this.users.require(blockedId);
    await this.database.query('INSERT INTO blocks (user_id, blocked_id, created_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING', [
      userId,
      blockedId,
    ]);
    this.signals.publish(blockChanged, { userId, blockedId });
    await this.signals.settled();
  }

  /** Repeats change nothing. Throws `user.notFound`. */
  async unblock(userId: UserId, blockedId: UserId): Promise<void> {
    await this.users.require(blockedId);
    await this.database.query('DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2', [userId, blockedId]);
    this.signals.publish(blockChanged, { userId, blockedId });
    await this.signals.settled();
  }

  /** Whether one of the two blocks the other; from memory when asked before. */
  async isBlockedEitherWay(a: UserId, b: UserId): Promise<boolean> {
    const key = pairKey(a, b);
    const known = this.pairs.get(key);
    if (known !== undefined) return known;
    const version = this.version;
    const rows = await this.database.query(
      'SELECT 1 FROM blocks WHERE (user_id = $1 AND blocked_id = $2) OR (user_id = $2 AND blocked_id = $1) LIMIT 1',
      [a, b],
    );
    const isBlocked = rows.length > 0;
    if (version === this.version) this.pairs.set(key, isBlocked);
    return isBlocked;
  }

  /** Those of the candidates who block the user. */
  async blockersAmong(userId: UserId, candidates: readonly UserId[]): Promise<Set<UserId>> {
    if (candidates.length === 0) return new Set();
    const rows = await this.database.query<{ user_id: UserId }>('SELECT user_id FROM blocks WHERE blocked_id = $1 AND user_id = ANY($2)', [
      userId,
      candidates,
    ]);
    return new Set(rows.map((row) => row.user_id));
  }
}

function pairKey(a: UserId, b: UserId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
