import type { UserId } from '#contracts/primitives.js';
import type { LivePresence } from './presence-store.js';

interface Device {
  readonly userId: UserId;
  readonly status: LivePresence['status'];
}

/** The devices that are connected to this node, and those whose state Redis could not be told yet. */
export class LocalDevices {
  private readonly devices = new Map<string, Device>();
  private untold = new Map<string, UserId>();

  set(deviceId: string, userId: UserId, status: Device['status']): void {
    this.devices.set(deviceId, { userId, status });
  }

  has(deviceId: string): boolean {
    return this.devices.has(deviceId);
  }

  statusOf(deviceId: string): Device['status'] | undefined {
    return this.devices.get(deviceId)?.status;
  }

  remove(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  /** Redis was not reachable: the device is to be told again. */
  markUntold(deviceId: string, userId: UserId): void {
    this.untold.set(deviceId, userId);
  }

  /** All devices of users for whom `includes` holds are to be told again. */
  markAllUntold(includes: (userId: UserId) => boolean): void {
    for (const [deviceId, { userId }] of this.devices) if (includes(userId)) this.untold.set(deviceId, userId);
  }

  /** Takes up to `limit` devices that are to be told. */
  takeUntold(limit: number): Array<[deviceId: string, userId: UserId]> {
    const taken = [...this.untold].slice(0, limit);
    for (const [deviceId] of taken) this.untold.delete(deviceId);
    return taken;
  }
}
