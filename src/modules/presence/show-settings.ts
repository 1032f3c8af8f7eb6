import { Injectable, Logger } from '@nestjs/common';
import { OnSignal } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import { Emitter } from '../realtime/emitter.js';
import { settingsChanged } from '../users/user-settings.js';
import { LastSeen } from './infra/last-seen.js';
import { PresenceStore } from './infra/presence-store.js';
import { Presence, restrictView } from './presence.js';

type Change = Payload<typeof settingsChanged>;

/** Shows the watchers on this node a user as the user's changed settings say. Every node does so for its own sockets. */
@Injectable()
export class ShowSettings {
  private readonly logger = new Logger(ShowSettings.name);

  constructor(
    private readonly store: PresenceStore,
    private readonly lastSeen: LastSeen,
    private readonly presence: Presence,
    private readonly emitter: Emitter,
  ) {}

  @OnSignal(settingsChanged)
  followSettings(change: Change): void {
    const { userId, before, after } = change;
    if (before.appearOffline === after.appearOffline && before.lastSeen === after.lastSeen) return;
    this.showPresence(change).catch((error: unknown) =>
      this.logger.warn({ err: error, userId }, 'changed settings could not be applied to presence'),
    );
  }

  /** A connected user who begins to appear offline was last seen at that moment, as if they had disconnected. */
  private async showPresence({ userId, before, after, at }: Change): Promise<void> {
    const isConnected = (await this.store.findLive([userId])).has(userId);
    if (isConnected && !before.appearOffline && after.appearOffline) this.lastSeen.recordLastSeen(userId, new Date(at));
    if (!isConnected && before.lastSeen === after.lastSeen) return;
    const [view] = await this.presence.findPresences(userId, [userId]);
    if (view !== undefined) this.emitter.toPresenceWatchersHere(userId, 'presence.changed', restrictView(view, after, 'contact'));
  }
}
