import { Injectable } from '@nestjs/common';
import type { UserId } from '#contracts/primitives.js';
import { PresenceStore, type DevicePresence, type LivePresence, type PresenceChange, type PresenceCount } from './presence-store.js';

interface Device {
  status: LivePresence['status'];
  /** When the lease of a disconnected device ends; undefined while it is connected. */
  endsAt: number | undefined;
}

interface Entry {
  readonly devices: Map<string, Device>;
  text: string | null;
  /** The presence that viewers saw last. */
  shown: LivePresence | null;
}

/** Presence of a single process. */
@Injectable()
export class MemoryPresenceStore extends PresenceStore {
  private readonly entries = new Map<UserId, Entry>();
  /** Users with a disconnected device, in the order in which the first one disconnected. */
  private readonly leaving = new Set<UserId>();
  private sorted: UserId[] | undefined;

  async attachDevice(userId: UserId, deviceId: string): Promise<PresenceChange | undefined> {
    const entry = this.entries.get(userId) ?? this.addEntry(userId);
    entry.devices.set(deviceId, { status: 'online', endsAt: undefined });
    return this.changeOf(userId, entry);
  }

  async setDevice(userId: UserId, deviceId: string, { status, text }: DevicePresence): Promise<PresenceChange | undefined> {
    const entry = this.entries.get(userId);
    const device = entry?.devices.get(deviceId);
    if (entry === undefined || device === undefined) return undefined;
    device.status = status;
    if (text !== undefined) entry.text = text;
    return this.changeOf(userId, entry);
  }

  async detachDevice(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined> {
    const entry = this.entries.get(userId);
    const device = entry?.devices.get(deviceId);
    if (entry === undefined || device === undefined) return undefined;
    device.endsAt = endsAt;
    this.leaving.add(userId);
    return this.changeOf(userId, entry);
  }

  async expireLeases(now: number): Promise<PresenceChange[]> {
    return [...this.leaving].flatMap((userId) => this.expireUser(userId, now) ?? []);
  }

  async findLive(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>> {
    const found = new Map<UserId, LivePresence>();
    for (const id of userIds) {
      const shown = this.entries.get(id)?.shown ?? null;
      if (shown !== null) found.set(id, shown);
    }
    return found;
  }

  async listOnline(after: UserId | undefined, limit: number): Promise<UserId[]> {
    this.sorted ??= [...this.entries.keys()].sort();
    const start = after === undefined ? 0 : firstAfter(this.sorted, after);
    return this.sorted.slice(start, start + limit);
  }

  async countOnline(): Promise<PresenceCount> {
    const devices = [...this.entries.values()].flatMap((entry) => [...entry.devices.values()]);
    return { devices: devices.filter((device) => device.endsAt === undefined).length, users: this.entries.size };
  }

  private addEntry(userId: UserId): Entry {
    const entry: Entry = { devices: new Map(), text: null, shown: null };
    this.entries.set(userId, entry);
    this.sorted = undefined;
    return entry;
  }

  private expireUser(userId: UserId, now: number): PresenceChange | undefined {
    const entry = this.entries.get(userId);
    if (entry === undefined) {
      this.leaving.delete(userId);
      return undefined;
    }
    for (const [deviceId, { endsAt }] of entry.devices) {
      if (endsAt !== undefined && endsAt <= now) entry.devices.delete(deviceId);
    }
    if (![...entry.devices.values()].some((device) => device.endsAt !== undefined)) this.leaving.delete(userId);
    if (entry.devices.size === 0) {
      this.entries.delete(userId);
      this.sorted = undefined;
    }
    return this.changeOf(userId, entry);
  }

  private changeOf(userId: UserId, entry: Entry): PresenceChange | undefined {
    const presence = presenceOf(entry);
    const { shown } = entry;
    if (shown?.status === presence?.status && shown?.text === presence?.text) return undefined;
    entry.shown = presence;
    return { userId, presence };
  }
}

function presenceOf({ devices, text }: Entry): LivePresence | null {
  const all = [...devices.values()];
  const connected = all.filter((device) => device.endsAt === undefined);
  const counting = connected.length > 0 ? connected : all;
  if (counting.length === 0) return null;
  return { status: counting.some((device) => device.status === 'online') ? 'online' : 'away', text };
}

/** Index of the first id above `id` in a sorted list. */
function firstAfter(sorted: readonly UserId[], id: UserId): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sorted[middle];
    if (candidate !== undefined && candidate <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
