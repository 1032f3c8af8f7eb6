import type { PresenceStatus } from '../../../../contracts/presence.js';
import type { UserId } from '../../../../contracts/primitives.js';

/** What is known of a user with at least one device. */
export interface LivePresence {
  readonly status: Exclude<PresenceStatus, 'offline'>;
  readonly text: string | null;
}

/** What others see of a user has changed; null: offline now. */
export interface PresenceChange {
  readonly userId: UserId;
  readonly presence: LivePresence | null;
}

export interface DevicePresence {
  readonly status: LivePresence['status'];
  /** Of the user, not of the device. Undefined: stays as it is; null: none. */
  readonly text?: string | null;
}

/**
 * Who is here. A device holds a lease as long as it is connected; one that went keeps its lease for the grace time, so that
 * a reload is not seen. A user is online when any connected device is, away when all are away, and offline without a lease.
 * Each call answers the change others see, or undefined when they see none. Times are milliseconds since 1970.
 */
export abstract class PresenceStore {
  /** A device came. It is online. */
  abstract attach(userId: UserId, deviceId: string): Promise<PresenceChange | undefined>;

  /** A device says how it is. One without a lease changes nothing. */
  abstract set(userId: UserId, deviceId: string, presence: DevicePresence): Promise<PresenceChange | undefined>;

  /** A device went. It counts only while no connected one is left, and not at all from `endsAt` on. */
  abstract detach(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined>;

  /** Ends the leases that are past their time. */
  abstract expire(now: number): Promise<PresenceChange[]>;

  /** Those of the users who are here; the others are offline. */
  abstract of(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>>;

  /** Users who are here, by rising id, after `after`. */
  abstract page(after: UserId | undefined, limit: number): Promise<UserId[]>;
}
