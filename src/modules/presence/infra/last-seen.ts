import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { OnShutdown } from '#platform/shutdown/on-shutdown.js';
import { shutdownOrder } from '#platform/shutdown/shutdown-state.js';
import { Every } from '#platform/timers/every.js';
import { Users } from '../../users/users.js';

const flushIntervalMs = 3000;
const rememberedMax = 50_000;

/** A connection of a user ended; `at` is in milliseconds since 1970. */
const lastSeenNoted = topic<{ readonly userId: UserId; readonly at: number }>('presence.lastSeen');

/** When users were last connected: known at once on all nodes, in the database some seconds later. Best effort, never moves back. */
@Injectable()
export class LastSeen implements OnModuleDestroy {
  private readonly logger = new Logger(LastSeen.name);
  private readonly remembered = new LRUCache<UserId, Date>({ max: rememberedMax });
  private pending = new Map<UserId, Date>();

  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly signals: Signals,
  ) {}

  @OnSignal(lastSeenNoted)
  remember({ userId, at }: Payload<typeof lastSeenNoted>): void {
    this.remembered.set(userId, new Date(at));
  }

  @OnSignalGap()
  forgetAll(): void {
    this.remembered.clear();
    for (const [userId, at] of this.pending) this.remembered.set(userId, at);
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** A connection of the user ended. */
  note(userId: UserId, at: Date): void {
    this.pending.set(userId, at);
    this.signals.publish(lastSeenNoted, { userId, at: at.getTime() });
  }

  /** The end of the last connection of each of these; those never seen, and unknown ones, are left out. */
  async of(userIds: readonly UserId[]): Promise<Map<UserId, Date>> {
    const found = new Map<UserId, Date>();
    const unknown: UserId[] = [];
    for (const id of userIds) {
      const at = this.remembered.get(id);
      if (at === undefined) unknown.push(id);
      else found.set(id, at);
    }
    const stored = await this.users.lastSeenOf(unknown);
    for (const id of unknown) {
      const at = stored.get(id);
      if (at === undefined) continue;
      found.set(id, at);
      if (!this.remembered.has(id)) this.remembered.set(id, at);
    }
    return found;
  }

  /** Never rejects; what could not be written is tried again. */
  @Every(flushIntervalMs)
  @OnShutdown(shutdownOrder.doors + 1, 'last seen')
  async flush(): Promise<void> {
    if (this.pending.size === 0) return;
    const batch = this.pending;
    this.pending = new Map();
    try {
      await this.database.query(
        `UPDATE users SET last_seen_at = greatest(users.last_seen_at, seen.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS seen (id, at) WHERE users.id = seen.id`,
        [[...batch.keys()], [...batch.values()]],
      );
    } catch (err) {
      this.logger.warn({ err, users: batch.size }, 'last seen times could not be written');
      this.pending = new Map([...batch, ...this.pending]);
    }
  }
}
