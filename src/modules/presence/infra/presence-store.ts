import type { PresenceStatus } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';

/** What is known of a user with at least one device. */
export interface LivePresence {
  readonly status: Exclude<PresenceStatus, 'offline'>;
  readonly text: string | null;
}

/** What others see of a user has changed; null: offline now. */
export interface PresenceChange {
  readonly userId: UserId;
  readonly presence: LivePresence | null;
  /** The user's node died with their last device: nobody noted when they were seen last. */
  readonly isLost?: boolean;
}

export interface PresenceCount {
  /** Connected devices. */
  readonly devices: number;
  readonly users: number;
}

export interface DevicePresence {
  readonly status: LivePresence['status'];
  /** Of the user, not of the device. Undefined: stays as it is; null: none. */
  readonly text?: string | null;
}

/**
 * Who is here, over all nodes. A device holds a lease as long as it is connected to a node that lives; one that went keeps
 * its lease for the grace time, so that a reload is not seen. A user is online when any connected device is, away when all
 * are away, and offline without a lease. Each change others see is answered once, by the call that made it, on one node.
 * Times are milliseconds since 1970.
 */
export abstract class PresenceStore {
  /** A device came to this node. It is online. */
  abstract attach(userId: UserId, deviceId: string): Promise<PresenceChange | undefined>;

  /** A device of this node says how it is. One without a lease changes nothing. */
  abstract set(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceChange | undefined>;

  /** A device of this node went. It counts only while no connected one is left, and not at all from `endsAt` on. */
  abstract detach(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined>;

  /** Ends the leases that are past their time and renews those of this node. Called several times a second. */
  abstract expire(now: number): Promise<PresenceChange[]>;

  /** Those of the users who are here; the others are offline. */
  abstract of(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>>;

  /** Users who are here, by rising id, after `after`. */
  abstract page(after: UserId | undefined, limit: number): Promise<UserId[]>;

  /** How many are here, over all nodes. */
  abstract count(): Promise<PresenceCount>;
}
