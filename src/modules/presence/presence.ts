import { Inject, Injectable } from '@nestjs/common';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Every } from '#platform/timers/every.js';
import { Blocks } from '../users/blocks.js';
import { Emitter } from '../realtime/emitter.js';
import { Rooms } from '../realtime/rooms.js';
import { LastSeen } from './infra/last-seen.js';
import { PresenceStore, type DevicePresence, type LivePresence, type PresenceChange, type PresenceCount } from './infra/presence-store.js';

const sweepIntervalMs = 250;

/** Who is online, as others may know it; tells those who watch when it changes. */
@Injectable()
export class Presence {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly store: PresenceStore,
    private readonly lastSeen: LastSeen,
    private readonly blocks: Blocks,
    private readonly emitter: Emitter,
    private readonly rooms: Rooms,
  ) {}

  /** A device connected. */
  async connected(userId: UserId, deviceId: string): Promise<void> {
    await this.announce(await this.store.attach(userId, deviceId));
  }

  /** A device disconnected. When this server goes down that says nothing about its user, who is about to come back: its lease ends by itself. */
  async disconnected(userId: UserId, deviceId: string): Promise<void> {
    const now = Date.now();
    this.lastSeen.note(userId, new Date(now));
    if (this.rooms.isDraining) return;
    await this.announce(await this.store.detach(userId, deviceId, now + this.config.presenceOfflineDelayMs));
  }

  /** A device says how it is; answers what others see of its user. */
  async set(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceView> {
    await this.announce(await this.store.set(userId, deviceId, presence));
    const [own] = await this.present([userId]);
    return own ?? view(userId, undefined, undefined);
  }

  /** What the viewer may know of these users, in their order. Who does not exist or blocks the viewer is offline and was never seen. */
  async of(viewerId: UserId, userIds: readonly UserId[]): Promise<PresenceView[]> {
    const hidden = await this.blocks.blockersAmong(viewerId, userIds);
    const shown = new Map((await this.present(userIds.filter((id) => !hidden.has(id)))).map((each) => [each.userId, each]));
    return userIds.map((id) => shown.get(id) ?? view(id, undefined, undefined));
  }

  /** How many devices are connected and how many users are here, over all nodes. */
  count(): Promise<PresenceCount> {
    return this.store.count();
  }

  private async present(userIds: readonly UserId[]): Promise<PresenceView[]> {
    const [live, seen] = await Promise.all([this.store.of(userIds), this.lastSeen.of(userIds)]);
    return userIds.map((id) => view(id, live.get(id), seen.get(id)));
  }

  private async announce(change: PresenceChange | undefined): Promise<void> {
    if (change === undefined || this.rooms.isDraining) return;
    const { userId, presence, isLost = false } = change;
    if (isLost && presence === null) this.lastSeen.note(userId, new Date());
    const seen = await this.lastSeen.of([userId]);
    this.emitter.toPresenceWatchers(userId, 'presence.changed', view(userId, presence ?? undefined, seen.get(userId)));
  }

  /** Announces the users whose leases ended. */
  @Every(sweepIntervalMs)
  async sweep(): Promise<void> {
    for (const change of await this.store.expire(Date.now())) await this.announce(change);
  }
}

function view(userId: UserId, live: LivePresence | undefined, lastSeenAt: Date | undefined): PresenceView {
  return { userId, status: live?.status ?? 'offline', lastSeenAt: lastSeenAt?.toISOString() ?? null, text: live?.text ?? null };
}
