import type { UserId } from '#contracts/primitives.js';
import type { LivePresence } from './presence-store.js';

interface Device {
  readonly userId: UserId;
  readonly status: LivePresence['status'];
}

/** The devices that are connected to this node, and the devices whose state has not reached Redis yet. */
export class LocalDevices {
  private readonly devices = new Map<string, Device>();
  private readonly unsent = new Map<string, UserId>();

  setDevice(deviceId: string, userId: UserId, status: Device['status']): void {
    this.devices.set(deviceId, { userId, status });
  }

  hasDevice(deviceId: string): boolean {
    return this.devices.has(deviceId);
  }

  statusOf(deviceId: string): Device['status'] | undefined {
    return this.devices.get(deviceId)?.status;
  }

  removeDevice(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  /** Redis was not reachable: the device's state is to be sent again. */
  markUnsent(deviceId: string, userId: UserId): void {
    this.unsent.set(deviceId, userId);
  }

  /** Marks all devices of each user that `includes` accepts. */
  markAllUnsent(includes: (userId: UserId) => boolean): void {
    for (const [deviceId, { userId }] of this.devices) if (includes(userId)) this.unsent.set(deviceId, userId);
  }

  /** Takes up to `limit` marked devices and removes their marks. */
  takeUnsent(limit: number): Array<[deviceId: string, userId: UserId]> {
    const taken = [...this.unsent].slice(0, limit);
    for (const [deviceId] of taken) this.unsent.delete(deviceId);
    return taken;
  }
}
