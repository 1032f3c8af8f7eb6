import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { PresenceStatus } from '#contracts/presence/schemas.js';
import { UserId } from '#contracts/primitives.js';
import { hashShard } from '#platform/hash-shard.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { RedisScript } from '#platform/redis/redis-script.js';
import { LocalDevices } from './local-devices.js';
import { countScript, expireScript, putDeviceScript, renewNodeScript } from './presence.lua.js';
import { PresenceStore, type DevicePresence, type LivePresence, type PresenceChange, type PresenceCount } from './presence-store.js';

/** Places of users: in a Redis Cluster they spread over its nodes. Fixed: all nodes must agree. */
const shards = [0, 1, 2, 3];
/** A node that did not renew for so long is dead, and its devices with it. */
const nodeLeaseMs = 12_000;
const renewEveryMs = 4000;
/** Leases ended in one call and shard: a dead node's users go offline some hundred a second, not all at once. */
const expiredMax = 50;
const retoldMax = 200;

const putDevice = new RedisScript(putDeviceScript);
const renewNode = new RedisScript(renewNodeScript);
const expireLeases = new RedisScript(expireScript);
const countAll = new RedisScript(countScript);

const Put = z.union([z.tuple([]), z.tuple([PresenceStatus, z.string()])]);
const Expired = z.array(z.string());
const Count = z.tuple([z.int(), z.int()]);

/** Presence over all nodes, in Redis: leases of nodes and of devices that went. */
export class RedisPresenceStore extends PresenceStore {
  /** A new life is a new node: what a former one left behind ends with its lease. */
  private readonly node = randomBytes(9).toString('base64url');
  private readonly local = new LocalDevices();
  private renewedAt = 0;

  constructor(private readonly redis: RedisClient) {
    super();
  }

  attach(userId: UserId, deviceId: string): Promise<PresenceChange | undefined> {
    this.local.set(deviceId, userId, 'online');
    return this.tell(userId, deviceId, '=');
  }

  async set(userId: UserId, deviceId: string, { status, text }: DevicePresence): Promise<PresenceChange | undefined> {
    if (!this.local.has(deviceId)) return undefined;
    this.local.set(deviceId, userId, status);
    return this.tell(userId, deviceId, text === undefined ? '=' : text === null ? '-' : `+${text}`);
  }

  detach(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined> {
    const status = this.local.statusOf(deviceId) ?? 'online';
    this.local.remove(deviceId);
    return this.put(userId, deviceId, status, Math.max(1, endsAt - Date.now()), '=');
  }

  async expire(now: number): Promise<PresenceChange[]> {
    if (now - this.renewedAt >= renewEveryMs) await this.renewAll(now);
    const told = this.local.takeUntold(retoldMax).map(([deviceId, userId]) => this.tellAgain(userId, deviceId));
    const expired = shards.map((shard) => this.expireShard(shard));
    // What was answered is told even when another shard did not answer: it is answered once.
    const [toldChanges, expiredChanges] = [await fulfilled(told), await fulfilled(expired)];
    return [...toldChanges.filter((change) => change !== undefined), ...expiredChanges.flat()];
  }

  async of(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>> {
    const found = new Map<UserId, LivePresence>();
    const look = async (shard: number) => {
      const ids = userIds.filter((id) => shardOf(id) === shard);
      if (ids.length === 0) return;
      const seen = await this.redis.hmget(`${baseOf(shard)}seen`, ...ids);
      for (const [index, id] of ids.entries()) {
        const presence = parseSeen(seen[index] ?? null);
        if (presence !== undefined) found.set(id, presence);
      }
    };
    await Promise.all(shards.map(look));
    return found;
  }

  async page(after: UserId | undefined, limit: number): Promise<UserId[]> {
    const start = after === undefined ? '-' : `(${after}`;
    const pages = await Promise.all(shards.map((shard) => this.redis.zrangebylex(`${baseOf(shard)}online`, start, '+', 'LIMIT', 0, limit)));
    return z.array(UserId).parse(pages.flat().sort().slice(0, limit));
  }

  async count(): Promise<PresenceCount> {
    const counts = await Promise.all(shards.map(async (shard) => Count.parse(await countAll.run(this.redis, [baseOf(shard)], []))));
    return { devices: sum(counts.map(([devices]) => devices)), users: sum(counts.map(([, users]) => users)) };
  }

  private async tell(userId: UserId, deviceId: string, text: string): Promise<PresenceChange | undefined> {
    return this.put(userId, deviceId, this.local.statusOf(deviceId) ?? 'online', 0, text);
  }

  private tellAgain(userId: UserId, deviceId: string): Promise<PresenceChange | undefined> {
    const status = this.local.statusOf(deviceId);
    return this.put(userId, deviceId, status ?? 'online', status === undefined ? 1 : 0, '=');
  }

  private async put(userId: UserId, deviceId: string, status: string, endsMs: number, text: string): Promise<PresenceChange | undefined> {
    try {
      const args = [userId, deviceId, this.node, status, endsMs, nodeLeaseMs, text];
      const [shown, shownText = ''] = Put.parse(await putDevice.run(this.redis, [baseOf(shardOf(userId))], args));
      return shown === undefined ? undefined : changeOf(userId, shown, shownText);
    } catch (error) {
      this.local.markUntold(deviceId, userId);
      throw error;
    }
  }

  private async renewAll(now: number): Promise<void> {
    const renewed = await fulfilled(shards.map((shard) => this.renew(shard)));
    if (renewed.length === shards.length) this.renewedAt = now;
  }

  /** A lease that is gone took the devices with it: this node was silent for too long, or Redis has forgotten. */
  private async renew(shard: number): Promise<void> {
    const isKnown = await renewNode.run(this.redis, [baseOf(shard)], [this.node, nodeLeaseMs]);
    if (isKnown !== 1) this.local.markAllUntold((userId) => shardOf(userId) === shard);
  }

  private async expireShard(shard: number): Promise<PresenceChange[]> {
    const flat = Expired.parse(await expireLeases.run(this.redis, [baseOf(shard)], [expiredMax]));
    const changes: PresenceChange[] = [];
    for (let index = 0; index + 3 < flat.length; index += 4) {
      const [userId, status, text = '', lost] = flat.slice(index, index + 4);
      const change = changeOf(UserId.parse(userId), PresenceStatus.parse(status), text);
      changes.push(lost === '1' ? { ...change, isLost: true } : change);
    }
    return changes;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function fulfilled<T>(promises: ReadonlyArray<Promise<T>>): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function shardOf(userId: UserId): number {
  return hashShard(userId, shards.length);
}

function baseOf(shard: number): string {
  return `parley:{presence-${shard}}:`;
}

function changeOf(userId: UserId, status: PresenceStatus, text: string): PresenceChange {
  return { userId, presence: status === 'offline' ? null : { status, text: text === '' ? null : text } };
}

function parseSeen(seen: string | null): LivePresence | undefined {
  if (seen === null) return undefined;
  const space = seen.indexOf(' ');
  const text = seen.slice(space + 1);
  return { status: seen.slice(0, space) === 'away' ? 'away' : 'online', text: text === '' ? null : text };
}
