import type { PresenceStatus } from '#contracts/presence/schemas.js';
import type { UserId } from '#contracts/primitives.js';

/** The state of a user who has at least one device. */
export interface LivePresence {
  readonly status: Exclude<PresenceStatus, 'offline'>;
  readonly text: string | null;
}

/** The presence of a user has changed for its viewers. */
export interface PresenceChange {
  readonly userId: UserId;
  /** Null: the user is offline now. */
  readonly presence: LivePresence | null;
  /** The user's node died with their last device, so no node has recorded when they were last seen. */
  readonly isNodeLost?: boolean;
}

export interface PresenceCount {
  /** Connected devices. */
  readonly devices: number;
  readonly users: number;
}

export interface DevicePresence {
  readonly status: LivePresence['status'];
  /** The user's text, not the device's. Undefined keeps it, null removes it. */
  readonly text?: string | null;
}

/**
 * The users who are online, on all nodes. A device holds a lease while it is connected to a living node. A device that disconnects keeps
 * its lease for the grace time, so that a reload does not show. A user is online while any connected device is online, away while all are
 * away, and offline without a lease. Each visible change is returned once, on one node, by the call that caused it. Times are
 * milliseconds of `performance.now()`.
 */
export abstract class PresenceStore {
  /** Adds a device of this node. It is online. */
  abstract attachDevice(userId: UserId, deviceId: string): Promise<PresenceChange | undefined>;

  /** Sets the state of a device of this node. Does nothing if the device has no lease. */
  abstract setDevice(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceChange | undefined>;

  /** Ends the connection of a device of this node. Its lease counts only while no other device is connected, and ends at `endsAt`. */
  abstract detachDevice(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined>;

  /** Ends expired leases and renews those of this node. Called several times a second. */
  abstract expireLeases(now: number): Promise<PresenceChange[]>;

  /** The live presence of the users among `userIds` who have a lease. */
  abstract findLive(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>>;

  /** Users who have a lease, by rising id, after `after`. */
  abstract listOnline(after: UserId | undefined, limit: number): Promise<UserId[]>;

  /** Connected devices and their users on all nodes. */
  abstract countOnline(): Promise<PresenceCount>;
}
