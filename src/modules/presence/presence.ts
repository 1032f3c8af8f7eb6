import { Inject, Injectable } from '@nestjs/common';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Every } from '#platform/timers/every.js';
import { Blocks } from '../users/blocks.js';
import { Emitter } from '../realtime/emitter.js';
import { Rooms } from '../realtime/rooms.js';
import { LastSeen } from './infra/last-seen.js';
import { PresenceStore, type DevicePresence, type LivePresence, type PresenceChange, type PresenceCount } from './infra/presence-store.js';

const sweepIntervalMs = 250;

/** Which users are online, as viewers may see it. Notifies the watchers of a user of each change. */
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

  /** A device of the user connected. */
  async attachDevice(userId: UserId, deviceId: string): Promise<void> {
    await this.announceChange(await this.store.attachDevice(userId, deviceId));
  }

  /**
   * A device of the user disconnected. While this server shuts down that says nothing about the user, who is about to reconnect elsewhere:
   * the lease ends by itself.
   */
  async detachDevice(userId: UserId, deviceId: string): Promise<void> {
    this.lastSeen.recordLastSeen(userId, clock.date());
    if (this.rooms.isDraining) return;
    await this.announceChange(await this.store.detachDevice(userId, deviceId, performance.now() + this.config.presenceOfflineDelayMs));
  }

  /** Sets the state of a device. Resolves to what viewers see of its user. */
  async setDevice(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceView> {
    await this.announceChange(await this.store.setDevice(userId, deviceId, presence));
    const [own] = await this.present([userId]);
    return own ?? toView(userId, undefined, undefined);
  }

  /** What the viewer may see of these users, in their order. An unknown user, or one who blocks the viewer, is offline and was never seen. */
  async findPresences(viewerId: UserId, userIds: readonly UserId[]): Promise<PresenceView[]> {
    const hidden = await this.blocks.findBlockers(viewerId, userIds);
    const shown = new Map((await this.present(userIds.filter((id) => !hidden.has(id)))).map((each) => [each.userId, each]));
    return userIds.map((id) => shown.get(id) ?? toView(id, undefined, undefined));
  }

  /** Connected devices and their users on all nodes. */
  countOnline(): Promise<PresenceCount> {
    return this.store.countOnline();
  }

  /** Announces the users whose leases have ended. */
  @Every(sweepIntervalMs)
  async expireLeases(): Promise<void> {
    for (const change of await this.store.expireLeases(performance.now())) await this.announceChange(change);
  }

  private async present(userIds: readonly UserId[]): Promise<PresenceView[]> {
    const [live, seen] = await Promise.all([this.store.findLive(userIds), this.lastSeen.findLastSeen(userIds)]);
    return userIds.map((id) => toView(id, live.get(id), seen.get(id)));
  }

  private async announceChange(change: PresenceChange | undefined): Promise<void> {
    if (change === undefined || this.rooms.isDraining) return;
    const { userId, presence, isNodeLost = false } = change;
    if (isNodeLost && presence === null) this.lastSeen.recordLastSeen(userId, clock.date());
    const seen = await this.lastSeen.findLastSeen([userId]);
    this.emitter.toPresenceWatchers(userId, 'presence.changed', toView(userId, presence ?? undefined, seen.get(userId)));
  }
}

function toView(userId: UserId, live: LivePresence | undefined, lastSeenAt: Date | undefined): PresenceView {
  return { userId, status: live?.status ?? 'offline', lastSeenAt: lastSeenAt?.toISOString() ?? null, text: live?.text ?? null };
}
