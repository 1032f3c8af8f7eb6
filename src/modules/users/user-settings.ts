import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '#contracts/primitives.js';
import type { PatchSettingsBody, Settings } from '#contracts/users/schemas.js';
import { clock } from '#platform/clock/clock.js';
import { BatchedReads, crowdIntervalMs } from '#platform/batched-reads.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal, OnSignalGap } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { Database } from '../../database/database.js';
import { Emitter } from '../realtime/emitter.js';

/** A user has changed their settings; `at` is in milliseconds since 1970. */
export const settingsChanged = topic<{
  readonly userId: UserId;
  readonly before: Settings;
  readonly after: Settings;
  readonly at: number;
}>('settings.changed');

interface SettingsRow {
  readonly id: UserId;
  readonly whoMayAdd: Settings['whoMayAdd'];
  readonly lastSeen: Settings['lastSeen'];
  readonly appearOffline: boolean;
}

/** Users whose settings a process remembers; one takes about 200 bytes. */
const usersMax = 50_000;

const columns = 'u.id, u.who_may_add AS "whoMayAdd", u.last_seen AS "lastSeen", u.appear_offline AS "appearOffline"';

/** Argument: $1 users. */
const selectSettings = `SELECT ${columns} FROM users u WHERE u.id = ANY ($1::uuid[])`;

/**
 * Arguments  $1 user, $2 who may add, $3 last seen, $4 appear offline; null keeps a setting
 * Returns    The settings before the change and after it, in one row of `SettingsRow` each.
 */
const updateSettings = `
  WITH before AS (SELECT ${columns} FROM users u WHERE u.id = $1 FOR UPDATE), after AS (
    UPDATE users u SET who_may_add = coalesce($2, u.who_may_add), last_seen = coalesce($3, u.last_seen),
      appear_offline = coalesce($4::boolean, u.appear_offline)
    FROM before WHERE u.id = before.id
    RETURNING ${columns})
  SELECT 1 AS place, before.* FROM before UNION ALL SELECT 2, after.* FROM after ORDER BY place`;

/** The settings of users: read by their owner, and consulted wherever another user adds them or looks at their presence. */
@Injectable()
export class UserSettings {
  private readonly known = new LRUCache<UserId, Settings>({ max: usersMax });
  private readonly reads = new BatchedReads((ids: readonly UserId[]) => this.readSettings(ids), { intervalMs: crowdIntervalMs });
  /** Counts invalidations: what was read before one is not remembered after it. */
  private version = 0;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly emitter: Emitter,
  ) {}

  @OnSignal(settingsChanged)
  forgetUser({ userId }: Payload<typeof settingsChanged>): void {
    this.version++;
    this.known.delete(userId);
  }

  @OnSignalGap()
  forgetAll(): void {
    this.version++;
    this.known.clear();
  }

  /** The user's settings, without a promise when they are in memory. An unknown user has the defaults. */
  findSettings(userId: UserId): Settings | Promise<Settings> {
    return this.known.get(userId) ?? this.findAll([userId]).then((found) => found.get(userId) ?? defaults);
  }

  /** The settings of each of these users who exists. */
  async findAll(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Settings>> {
    const found = new Map<UserId, Settings>();
    const unknown: UserId[] = [];
    for (const id of userIds) {
      const settings = this.known.get(id);
      if (settings === undefined) unknown.push(id);
      else found.set(id, settings);
    }
    if (unknown.length === 0) return found;
    const version = this.version;
    const read = await this.reads.readMany(unknown);
    for (const id of unknown) {
      const settings = read.get(id);
      if (settings === undefined) continue;
      found.set(id, settings);
      if (version === this.version) this.known.set(id, settings);
    }
    return found;
  }

  /** Changes the given settings and answers all of them, once every node has forgotten the former ones. Throws `user.notFound`. */
  async patchSettings(userId: UserId, patch: PatchSettingsBody): Promise<Settings> {
    const { whoMayAdd = null, lastSeen = null, appearOffline = null } = patch;
    const [before, after] = await this.database.query<SettingsRow>(updateSettings, [userId, whoMayAdd, lastSeen, appearOffline]);
    if (before === undefined || after === undefined) throw new AppError('user.notFound');
    const settings = toSettings(after);
    if (isSame(before, after)) return settings;
    this.signals.publish(settingsChanged, { userId, before: toSettings(before), after: settings, at: clock.now() });
    this.emitter.toUser(userId, 'settings.changed', settings);
    await this.signals.awaitDelivery();
    return settings;
  }

  private async readSettings(ids: readonly UserId[]): Promise<Map<UserId, Settings>> {
    const rows = await this.database.prepared<SettingsRow>('user_settings', selectSettings, [ids]);
    return new Map(rows.map((row) => [row.id, toSettings(row)]));
  }
}

/** The settings of a user who has changed nothing. */
const defaults: Settings = { whoMayAdd: 'everybody', lastSeen: 'contacts', appearOffline: false };

function toSettings({ whoMayAdd, lastSeen, appearOffline }: SettingsRow): Settings {
  return { whoMayAdd, lastSeen, appearOffline };
}

function isSame(a: SettingsRow, b: SettingsRow): boolean {
  return a.whoMayAdd === b.whoMayAdd && a.lastSeen === b.lastSeen && a.appearOffline === b.appearOffline;
}
