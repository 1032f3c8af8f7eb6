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

/** A connection of the user ended; `at` is in milliseconds since 1970. */
const lastSeenRecorded = topic<{ readonly userId: UserId; readonly at: number }>('presence.lastSeen');

/** When users were last connected. All nodes know it at once, the database a few seconds later. Best effort; it never moves back. */
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

  @OnSignal(lastSeenRecorded)
  remember({ userId, at }: Payload<typeof lastSeenRecorded>): void {
    this.remembered.set(userId, new Date(at));
  }

  @OnSignalGap()
  forgetAll(): void {
    this.remembered.clear();
    for (const [userId, at] of this.pending) this.remembered.set(userId, at);
  }

  async onModuleDestroy(): Promise<void> {
    await this.writePending();
  }

  /** Records that a connection of the user ended. */
  recordLastSeen(userId: UserId, at: Date): void {
    this.pending.set(userId, at);
    this.signals.publish(lastSeenRecorded, { userId, at: at.getTime() });
  }

  /** The end of each user's last connection. Users who were never seen, and unknown users, are left out. */
  async findLastSeen(userIds: readonly UserId[]): Promise<Map<UserId, Date>> {
    const found = new Map<UserId, Date>();
    const unknown: UserId[] = [];
    for (const id of userIds) {
      const at = this.remembered.get(id);
      if (at === undefined) unknown.push(id);
      else found.set(id, at);
    }
    const stored = await this.users.readLastSeen(unknown);
    for (const id of unknown) {
      const at = stored.get(id);
      if (at === undefined) continue;
      found.set(id, at);
      if (!this.remembered.has(id)) this.remembered.set(id, at);
    }
    return found;
  }

  /** Writes the recorded times. Never rejects; times that could not be written are retried. */
  @Every(flushIntervalMs)
  @OnShutdown(shutdownOrder.doors + 1, 'last seen')
  async writePending(): Promise<void> {
    if (this.pending.size === 0) return;
    const batch = this.pending;
    this.pending = new Map();
    try {
      await this.database.query(
        `UPDATE users SET last_seen_at = greatest(users.last_seen_at, seen.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS seen (id, at) WHERE users.id = seen.id`,
        [[...batch.keys()], [...batch.values()]],
      );
    } catch (error) {
      this.logger.warn({ err: error, users: batch.size }, 'last seen times could not be written');
      this.pending = new Map([...batch, ...this.pending]);
    }
  }
}
