import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { decodeNumber, decodeTexts } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import { adoptScript, statusScript } from './scripts/epoch.lua.js';
import type { LogStorage } from './log-storage.js';

/** After a loss no commit is taken for this long: every node notices within a second and gives back what it knows. */
const closedMs = 2500;
/** Within this every living node notices that Redis was restarted, and writes down what it has seen of it. */
const reportWaitMs = 1500;
/** Positions begin anew above everything that was lost. */
const positionGap = 1_000_000_000;

interface ShardState {
  readonly epoch: string;
  readonly run: string;
  readonly position: number;
  readonly since: number;
  readonly runNow: string;
}

/** Told when the log lives in another epoch. `hasLost`: because Redis lost, or may have lost, something. */
export type EpochListener = (epoch: string) => Promise<void> | void;

/**
 * The life of the log: its epoch, kept in Postgres, and in which epoch and on which Redis process each shard was opened.
 *
 * Redis may forget: it is flushed, its file is cut by a power failure, an old copy is restored. All of these end the process or
 * the shard's `meta`, so a shard that has no `meta` any more, or runs on another process than it was opened on, is not numbered
 * in until one node has looked at it, alone, under a lock in Postgres. Nothing was lost when every write was on the disk before
 * it was acknowledged (`appendfsync always`) and the shard's position is not below the highest one that was written down in
 * Postgres (each second, and by every node that notices). Otherwise something may be missing, and another epoch begins: clients load afresh.
 *
 * What the numbers are after a loss: each node gives back, at their old numbers, the entries that it committed lately and that
 * neither Redis nor storage has. Heads are compared with storage before they are used, and storage's are final: persisting
 * holds the epoch, so nothing of the old one arrives later. `seq` goes on without a gap from the highest number that Redis,
 * storage or any living node knows of. What nobody knows of any more was seen, if at all, in an epoch that is over.
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

  /** Milliseconds since 1970 from which on the shard forgot no client id. */
  rememberedSince(shard: number): number {
    return this.rememberedSinceByShard.get(shard) ?? Infinity;
  }

  onEpochChanged(listener: EpochListener): void {
    this.listeners.push(listener);
  }

  /** Notes a position that a commit was given. */
  recordPosition(shard: number, position: number): void {
    this.seenPositions.set(shard, Math.max(this.seenPositions.get(shard) ?? 0, position));
  }

  /** Looks whether all shards live on in this node's epoch, and writes their positions down. Called each second. */
  async checkShards(): Promise<void> {
    const states = await this.readShardStates();
    if (states.some((state) => state.epoch !== this.currentEpoch || state.run !== state.runNow)) return this.renewEpoch();
    const moved = states.flatMap(({ position }, shard) => (position > (this.writtenPositions.get(shard) ?? -1) ? [[shard, position] as const] : []));
    if (moved.length === 0) return;
    await this.storage.raisePositions(new Map(moved));
    for (const [shard, position] of moved) this.writtenPositions.set(shard, position);
  }

  /** Finds out in which epoch the log lives, or begins one; shards are opened in it. One at a time, over all nodes. */
  renewEpoch(): Promise<void> {
    this.renewing ??= this.reportPositions()
      .then(() => this.storage.runAlone(() => this.decideEpoch()))
      .then((epoch) => this.enterEpoch(epoch))
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  /** Writes down what this node has seen, for whoever decides. */
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
