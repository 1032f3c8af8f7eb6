import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { decodeNumber, decodeTexts } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import { adoptScript, statusScript } from './scripts/epoch.lua.js';
import type { LogStorage } from './log-storage.js';

/** How long commits are refused after a loss: every node notices the loss within a second and restores its recent commits. */
const closedMs = 2500;
/** Within this time every live node notices that Redis has restarted, and stores the positions that it has seen. */
const reportWaitMs = 1500;
/** In a new epoch, positions start this far above the last known one, so that they are above every lost position. */
const positionGap = 1_000_000_000;

interface ShardState {
  readonly epoch: string;
  readonly run: string;
  readonly position: number;
  readonly since: number;
  readonly runNow: string;
}

/** Called when the log has entered a new epoch, because Redis has lost entries or may have lost them. */
export type EpochListener = (epoch: string) => Promise<void> | void;

/**
 * Decides in which epoch the log is. Postgres stores the epoch; each shard stores the epoch and the Redis process it was opened in.
 *
 * Redis may lose data: it is flushed, a power failure truncates its file, an old copy is restored. Each of these ends the Redis
 * process or deletes the shard's `meta`. So a shard without `meta`, or on another process than it was opened on, takes no commits
 * until one node has examined it, alone, under a lock in Postgres. Nothing was lost if every write reached the disk before its
 * acknowledgement (`appendfsync always`) and the shard's position is not below the highest position stored in Postgres. Nodes store
 * positions each second, and again when they notice a restart. Otherwise entries may be missing, a new epoch begins, and clients reload.
 *
 * Numbers after a loss: each node restores, with their old numbers, its recent commits that neither Redis nor storage has. Heads are
 * compared with storage before they are used. Those of storage are final, because a persisting transaction holds the epoch, so that
 * nothing of the old epoch is stored later. `seq` continues without a gap from the highest number that Redis, storage or any live
 * node knows. A message that none of them knows was seen, if at all, in an epoch that is over.
 */
export class LogEpoch {
  private currentEpoch = '';
  private readonly rememberedSinceByShard = new Map<number, number>();
  private readonly seenPositions = new Map<number, number>();
  private readonly writtenPositions = new Map<number, number>();
  private readonly listeners: EpochListener[] = [];
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly client: RedisClient,
    private readonly storage: LogStorage,
    private readonly shards: readonly LogKeys[],
    private readonly isAlwaysSynced: () => Promise<boolean>,
  ) {}

  get current(): string {
    return this.currentEpoch;
  }

  /** The time, in milliseconds since 1970, since which the shard has forgotten no client id. */
  rememberedSince(shard: number): number {
    return this.rememberedSinceByShard.get(shard) ?? Infinity;
  }

  onEpochChanged(listener: EpochListener): void {
    this.listeners.push(listener);
  }

  /** Records a position that a commit received. */
  recordPosition(shard: number, position: number): void {
    this.seenPositions.set(shard, Math.max(this.seenPositions.get(shard) ?? 0, position));
  }

  /** Renews the epoch if a shard has left it or its Redis process has restarted; otherwise stores the positions. Called each second. */
  async checkShards(): Promise<void> {
    const states = await this.readShardStates();
    if (states.some((state) => state.epoch !== this.currentEpoch || state.run !== state.runNow)) return this.renewEpoch();
    const moved = states.flatMap(({ position }, shard) =>
      position > (this.writtenPositions.get(shard) ?? -1) ? [[shard, position] as const] : [],
    );
    if (moved.length === 0) return;
    await this.storage.raisePositions(new Map(moved));
    for (const [shard, position] of moved) this.writtenPositions.set(shard, position);
  }

  /** Finds out the log's epoch, or begins a new one, and opens all shards in it. Only one node at a time does this. */
  renewEpoch(): Promise<void> {
    this.renewing ??= this.reportPositions()
      .then(() => this.storage.runAlone(() => this.decideEpoch()))
      .then((epoch) => this.enterEpoch(epoch))
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  /** Stores the positions that this node has seen, for the node that decides about the epoch. */
  private async reportPositions(): Promise<void> {
    if (this.seenPositions.size > 0) await this.storage.raisePositions(this.seenPositions);
  }

  private async decideEpoch(): Promise<string> {
    const [states, isAlwaysSynced] = [await this.readShardStates(), await this.isAlwaysSynced()];
    let epoch = await this.storage.readEpoch();
    const hasRestarted = states.some((state) => state.epoch === epoch && state.run !== state.runNow);
    if (hasRestarted && isAlwaysSynced) await delay(reportWaitMs);
    const storedPositions = await this.storage.readPositions();
    const hasLost = states.some((state, shard) => {
      if (state.epoch === '') return storedPositions.has(shard);
      if (state.epoch !== epoch || state.run === state.runNow) return false;
      return !isAlwaysSynced || state.position < (storedPositions.get(shard) ?? 0);
    });
    if (hasLost) {
      epoch = randomUUID();
      await this.storage.changeEpoch(epoch);
    }
    for (const [shard, state] of states.entries()) {
      if (state.epoch !== epoch || state.run !== state.runNow) await this.adopt(shard, state, epoch, storedPositions.get(shard));
    }
    return epoch;
  }

  private async adopt(shard: number, state: ShardState, epoch: string, storedPosition: number | undefined): Promise<void> {
    const isNew = state.epoch === '' && storedPosition === undefined;
    const keepsEpoch = state.epoch === epoch || isNew;
    const lowest = Math.max(state.position, storedPosition ?? 0) + (keepsEpoch ? 0 : positionGap);
    const { meta, prefix } = this.keys(shard);
    const args = [state.epoch, state.run, epoch, lowest, isNew ? 0 : closedMs, prefix];
    const reply = await adoptScript.runScript(this.client, [meta], args);
    if (decodeNumber(reply) !== 1) throw new Error('a shard of the log entered another epoch in the meantime');
    await this.storage.raisePositions(new Map([[shard, lowest]]));
  }

  private async enterEpoch(epoch: string): Promise<void> {
    const states = await this.readShardStates();
    for (const [shard, state] of states.entries()) this.rememberedSinceByShard.set(shard, state.since);
    if (epoch === this.currentEpoch) return;
    const isFirst = this.currentEpoch === '';
    this.currentEpoch = epoch;
    if (isFirst) return;
    for (const listener of this.listeners) await listener(epoch);
  }

  private readShardStates(): Promise<ShardState[]> {
    return Promise.all(
      this.shards.map(async (keys) => {
        const [epoch = '', run = '', position = '', since = '', , runNow = ''] = decodeTexts(
          await statusScript.runScript(this.client, [keys.meta], []),
        );
        return { epoch, run, position: Number(position), since: Number(since), runNow };
      }),
    );
  }

  private keys(shard: number): LogKeys {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    return keys;
  }
}
