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

/** Users are spread over these shards, and the shards over the nodes of a Redis Cluster. Fixed: all nodes of Parley must agree. */
const shards = [0, 1, 2, 3];
/** A node that has not renewed its lease for this long counts as dead, together with its devices. */
const nodeLeaseMs = 12_000;
const renewEveryMs = 4000;
/** Leases that one call ends per shard. The users of a dead node go offline at a few hundred per second, not all at once. */
const expiredMax = 50;
const resentMax = 200;

const putDevice = new RedisScript(putDeviceScript);
const renewNode = new RedisScript(renewNodeScript);
const expireLeases = new RedisScript(expireScript);
const countAll = new RedisScript(countScript);

const Put = z.union([z.tuple([]), z.tuple([PresenceStatus, z.string()])]);
const Expired = z.array(z.string());
const Count = z.tuple([z.int(), z.int()]);

/** Presence on all nodes, in Redis: the leases of nodes and of disconnected devices. */
export class RedisPresenceStore extends PresenceStore {
  /** Each start of the process is a new node: the state that an earlier one left behind ends with that node's lease. */
  private readonly node = randomBytes(9).toString('base64url');
  private readonly local = new LocalDevices();
  private renewedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly redis: RedisClient) {
    super();
  }

  attachDevice(userId: UserId, deviceId: string): Promise<PresenceChange | undefined> {
    this.local.setDevice(deviceId, userId, 'online');
    return this.sendState(userId, deviceId, '=');
  }

  async setDevice(userId: UserId, deviceId: string, { status, text }: DevicePresence): Promise<PresenceChange | undefined> {
    if (!this.local.hasDevice(deviceId)) return undefined;
    this.local.setDevice(deviceId, userId, status);
    return this.sendState(userId, deviceId, text === undefined ? '=' : text === null ? '-' : `+${text}`);
  }

  detachDevice(userId: UserId, deviceId: string, endsAt: number): Promise<PresenceChange | undefined> {
    const status = this.local.statusOf(deviceId) ?? 'online';
    this.local.removeDevice(deviceId);
    return this.putDevice(userId, deviceId, status, Math.max(1, Math.ceil(endsAt - performance.now())), '=');
  }

  async expireLeases(now: number): Promise<PresenceChange[]> {
    if (now - this.renewedAt >= renewEveryMs) await this.renewLeases(now);
    const resent = this.local.takeUnsent(resentMax).map(([deviceId, userId]) => this.resendState(userId, deviceId));
    const expired = shards.map((shard) => this.expireShard(shard));
    // Each change is returned only once, so the changes of one shard must not get lost when another shard fails.
    const [resentChanges, expiredChanges] = [await fulfilled(resent), await fulfilled(expired)];
    return [...resentChanges.filter((change) => change !== undefined), ...expiredChanges.flat()];
  }

  async findLive(userIds: readonly UserId[]): Promise<Map<UserId, LivePresence>> {
    const found = new Map<UserId, LivePresence>();
    const findInShard = async (shard: number) => {
      const ids = userIds.filter((id) => shardOf(id) === shard);
      if (ids.length === 0) return;
      const shown = await this.redis.hmget(`${baseOf(shard)}seen`, ...ids);
      for (const [index, id] of ids.entries()) {
        const presence = parseShown(shown[index] ?? null);
        if (presence !== undefined) found.set(id, presence);
      }
    };
    await Promise.all(shards.map(findInShard));
    return found;
  }

  async listOnline(after: UserId | undefined, limit: number): Promise<UserId[]> {
    const start = after === undefined ? '-' : `(${after}`;
    const pages = await Promise.all(shards.map((shard) => this.redis.zrangebylex(`${baseOf(shard)}online`, start, '+', 'LIMIT', 0, limit)));
    return z.array(UserId).parse(pages.flat().sort().slice(0, limit));
  }

  async countOnline(): Promise<PresenceCount> {
    const counts = await Promise.all(shards.map(async (shard) => Count.parse(await countAll.runScript(this.redis, [baseOf(shard)], []))));
    return { devices: sum(counts.map(([devices]) => devices)), users: sum(counts.map(([, users]) => users)) };
  }

  private async sendState(userId: UserId, deviceId: string, text: string): Promise<PresenceChange | undefined> {
    return this.putDevice(userId, deviceId, this.local.statusOf(deviceId) ?? 'online', 0, text);
  }

  private resendState(userId: UserId, deviceId: string): Promise<PresenceChange | undefined> {
    const status = this.local.statusOf(deviceId);
    return this.putDevice(userId, deviceId, status ?? 'online', status === undefined ? 1 : 0, '=');
  }

  private async putDevice(
    userId: UserId,
    deviceId: string,
    status: string,
    endsMs: number,
    text: string,
  ): Promise<PresenceChange | undefined> {
    try {
      const args = [userId, deviceId, this.node, status, endsMs, nodeLeaseMs, text];
      const [shown, shownText = ''] = Put.parse(await putDevice.runScript(this.redis, [baseOf(shardOf(userId))], args));
      return shown === undefined ? undefined : changeOf(userId, shown, shownText);
    } catch (error) {
      this.local.markUnsent(deviceId, userId);
      throw error;
    }
  }

  private async renewLeases(now: number): Promise<void> {
    const renewed = await fulfilled(shards.map((shard) => this.renewLease(shard)));
    if (renewed.length === shards.length) this.renewedAt = now;
  }

  /** If the lease is gone, so are this node's devices: the node was silent for too long, or Redis has lost its data. */
  private async renewLease(shard: number): Promise<void> {
    const isKnown = await renewNode.runScript(this.redis, [baseOf(shard)], [this.node, nodeLeaseMs]);
    if (isKnown !== 1) this.local.markAllUnsent((userId) => shardOf(userId) === shard);
  }

  private async expireShard(shard: number): Promise<PresenceChange[]> {
    const flat = Expired.parse(await expireLeases.runScript(this.redis, [baseOf(shard)], [expiredMax]));
    const changes: PresenceChange[] = [];
    for (let index = 0; index + 3 < flat.length; index += 4) {
      const [userId, status, text = '', lost] = flat.slice(index, index + 4);
      const change = changeOf(UserId.parse(userId), PresenceStatus.parse(status), text);
      changes.push(lost === '1' ? { ...change, isNodeLost: true } : change);
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

function parseShown(shown: string | null): LivePresence | undefined {
  if (shown === null) return undefined;
  const space = shown.indexOf(' ');
  const text = shown.slice(space + 1);
  return { status: shown.slice(0, space) === 'away' ? 'away' : 'online', text: text === '' ? null : text };
}
