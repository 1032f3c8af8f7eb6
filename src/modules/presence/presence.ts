import { Inject, Injectable } from '@nestjs/common';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Every } from '#platform/timers/every.js';
import type { Settings } from '#contracts/users/schemas.js';
import { type ContactKind, Contacts } from '../conversations/contacts.js';
import { Blocks } from '../users/blocks.js';
import { UserSettings } from '../users/user-settings.js';
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
    private readonly contacts: Contacts,
    private readonly settings: UserSettings,
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
    if (!(await this.settings.findSettings(userId)).appearOffline) this.lastSeen.recordLastSeen(userId, clock.date());
    if (this.rooms.isDraining) return;
    await this.announceChange(await this.store.detachDevice(userId, deviceId, performance.now() + this.config.presenceOfflineDelayMs));
  }

  /** Sets the state of a device. Resolves to what viewers see of its user. */
  async setDevice(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceView> {
    await this.announceChange(await this.store.setDevice(userId, deviceId, presence));
    const [own] = await this.present([userId]);
    return own ?? toView(userId, undefined, undefined);
  }

  /**
   * What the viewer may see of these users, in their order: of contacts the presence, as far as their settings allow, of other users at
   * most when they were last connected. A user that the viewer may not see, or that does not exist, is offline and was never seen.
   */
  async findPresences(viewerId: UserId, userIds: readonly UserId[], known?: ReadonlyMap<UserId, ContactKind>): Promise<PresenceView[]> {
    const [contacts, blocked, settings] = await Promise.all([
      known ?? this.contacts.findContacts(viewerId, userIds),
      this.blocks.findBlockedEitherWay(viewerId),
      this.settings.findAll(userIds),
    ]);
    const views = await this.present(userIds);
    return views.map((view) => {
      const { userId } = view;
      if (userId === viewerId) return view;
      const audience = blocked.has(userId) ? 'blocked' : contacts.has(userId) ? 'contact' : 'other';
      return restrictView(view, settings.get(userId), audience);
    });
  }

  /** Those of the contacts who are online and do not appear offline, as a contact sees them. */
  async findOnlineAmong(contacts: readonly UserId[]): Promise<PresenceView[]> {
    const live = await this.store.findLive(contacts);
    const online = contacts.filter((id) => live.has(id));
    const settings = await this.settings.findAll(online);
    const views = (await this.present(online)).map((view) => restrictView(view, settings.get(view.userId), 'contact'));
    return views.filter((view) => view.status !== 'offline');
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
    if (isNodeLost && presence === null && !(await this.settings.findSettings(userId)).appearOffline)
      this.lastSeen.recordLastSeen(userId, clock.date());
    const seen = await this.lastSeen.findLastSeen([userId]);
    const settings = await this.settings.findSettings(userId);
    if (settings.appearOffline) return;
    const view = toView(userId, presence ?? undefined, seen.get(userId));
    this.emitter.toPresenceWatchers(userId, 'presence.changed', restrictView(view, settings, 'contact'));
  }
}

/** The part of a user's presence that their settings show to this kind of viewer. */
export function restrictView(view: PresenceView, settings: Settings | undefined, audience: 'contact' | 'other' | 'blocked'): PresenceView {
  const { userId, status, lastSeenAt, text } = view;
  if (settings === undefined || audience === 'blocked') return toView(userId, undefined, undefined);
  const showsLastSeen = settings.lastSeen === 'everybody' || (settings.lastSeen === 'contacts' && audience === 'contact');
  const isShown = audience === 'contact' && !settings.appearOffline;
  return {
    userId,
    status: isShown ? status : 'offline',
    lastSeenAt: showsLastSeen ? lastSeenAt : null,
    text: isShown ? text : null,
  };
}

function toView(userId: UserId, live: LivePresence | undefined, lastSeenAt: Date | undefined): PresenceView {
  return { userId, status: live?.status ?? 'offline', lastSeenAt: lastSeenAt?.toISOString() ?? null, text: live?.text ?? null };
}
