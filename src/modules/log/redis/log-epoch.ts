import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { decodeNumber, decodeTexts } from './decode-replies.js';
import type { StoredEpoch } from '../infra/epoch-table.js';
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
  /** The highest position that Postgres is known to have. If it has a lower one, an older copy of it was restored. */
  readonly stored: number;
  readonly since: number;
  readonly runNow: string;
}

/** Called when the log has entered a new epoch, because a store has lost entries or was restored, or because an operator asked for it. */
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
 * Postgres may be restored from an older copy, which takes numbers back that clients have seen. So Redis keeps the highest position that
 * Postgres is known to have, and the epoch in which it was. A lower position in Postgres, another epoch, or a database that is not
 * the one in which the epoch was written (`EpochTable`) begins a new epoch. If both were restored from one backup they agree, and an
 * operator has to ask for a new epoch (`parley epoch renew`).
 *
 * Numbers after a loss: each node restores, with their old numbers, its recent commits that neither Redis nor storage has. Heads are
 * compared with storage before they are used. Those of storage are final, because a persisting transaction holds the epoch, so that
 * nothing of the old epoch is stored later. `seq` continues without a gap from the highest number that Redis, storage or any live
 * node knows. A message that none of them knows was seen, if at all, in an epoch that is over.
 */
export class LogEpoch {
  private readonly logger = new Logger('ConversationLog');
  private currentEpoch = '';
  private readonly rememberedSinceByShard = new Map<number, number>();
  private readonly seenPositions = new Map<number, number>();
  private readonly writtenPositions = new Map<number, number>();
  private readonly listeners: EpochListener[] = [];
  private renewing: Promise<void> | undefined;
  /** The epoch in Postgres when this node noticed that an older copy of Postgres was restored. */
  private restoredEpoch: string | undefined;

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

  /**
   * Renews the epoch if a shard has left it, its Redis process has restarted or Postgres was restored; otherwise stores the positions.
   * Called each second.
   */
  async checkShards(): Promise<void> {
    const states = await this.readShardStates();
    if (states.some((state) => state.epoch !== this.currentEpoch || state.run !== state.runNow)) return this.renewEpoch();
    if (isStorageBehind(states, await this.storage.readPositions())) return this.renewEpoch();
    const moved = states.flatMap(({ position }, shard) =>
      position > (this.writtenPositions.get(shard) ?? -1) ? [[shard, position] as const] : [],
    );
    if (moved.length === 0) return;
    await this.storePositions(new Map(moved));
    for (const [shard, position] of moved) this.writtenPositions.set(shard, position);
  }

  /** Finds out the log's epoch, or begins a new one, and opens all shards in it. Only one node at a time does this. */
  renewEpoch(): Promise<void> {
    this.renewing ??= this.noticeRestore()
      .then(() => this.storePositions(this.seenPositions))
      .then(() => this.storage.runAlone(() => this.decideEpoch()))
      .then((epoch) => this.enterEpoch(epoch))
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  /** Begins a new epoch in any case, for an operator who has restored both stores. The nodes enter it within a second or two. */
  async beginEpoch(): Promise<string> {
    return this.storage.runAlone(() => this.decideEpoch('an operator asked for it'));
  }

  /** Remembers a restore of Postgres before this node's positions are stored again, because they are the evidence. */
  private async noticeRestore(): Promise<void> {
    const states = await this.readShardStates();
    if (isStorageBehind(states, await this.storage.readPositions())) this.restoredEpoch = (await this.storage.epochs.readEpoch()).epoch;
  }

  /** Stores positions in Postgres, then in Redis that Postgres has them. */
  private async storePositions(positions: ReadonlyMap<number, number>): Promise<void> {
    if (positions.size === 0) return;
    await this.storage.raisePositions(positions);
    await Promise.all([...positions].map(([shard, position]) => this.client.hset(this.keys(shard).meta, 'stored', position)));
  }

  private async decideEpoch(request?: string): Promise<string> {
    const [states, isAlwaysSynced] = [await this.readShardStates(), await this.isAlwaysSynced()];
    const stored = await this.storage.epochs.readEpoch();
    const hasRestarted = states.some((state) => state.epoch === stored.epoch && state.run !== state.runNow);
    if (hasRestarted && isAlwaysSynced) await delay(reportWaitMs);
    const storedPositions = await this.storage.readPositions();
    const reason =
      request ??
      reasonOfRestore(states, stored, storedPositions, this.restoredEpoch) ??
      reasonOfLoss(states, stored.epoch, storedPositions, isAlwaysSynced);
    const epoch = reason === undefined ? stored.epoch : randomUUID();
    if (reason !== undefined) {
      await this.storage.epochs.changeEpoch(epoch);
      this.logger.warn({ epoch, former: stored.epoch, reason }, 'a new epoch of the conversation log begins, and clients reload');
    } else if (stored.home === undefined) await this.storage.epochs.recordHome(stored.here);
    for (const [shard, state] of states.entries()) {
      if (state.epoch !== epoch || state.run !== state.runNow) await this.adopt(shard, state, epoch, storedPositions.get(shard));
    }
    this.restoredEpoch = undefined;
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
        const [epoch = '', run = '', position = '', since = '', , runNow = '', , stored = ''] = decodeTexts(
          await statusScript.runScript(this.client, [keys.meta], []),
        );
        return { epoch, run, position: Number(position), stored: Number(stored), since: Number(since), runNow };
      }),
    );
  }

  private keys(shard: number): LogKeys {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    return keys;
  }
}

/** Whether Postgres has a lower position than it had. */
function isStorageBehind(states: readonly ShardState[], storedPositions: ReadonlyMap<number, number>): boolean {
  return states.some((state, shard) => state.stored > (storedPositions.get(shard) ?? 0));
}

/**
 * Why Postgres must be a restored copy; undefined if it is not. A shard may be in the former epoch, because a node died before it had
 * opened all shards in the new one.
 */
function reasonOfRestore(
  states: readonly ShardState[],
  stored: StoredEpoch,
  storedPositions: ReadonlyMap<number, number>,
  restoredEpoch: string | undefined,
): string | undefined {
  if (stored.home !== undefined && stored.home !== stored.here) return 'Postgres is a restored copy';
  if (restoredEpoch === stored.epoch || isStorageBehind(states, storedPositions)) return 'Postgres has lost what it had stored';
  const isUnknown = ({ epoch }: ShardState) => epoch !== '' && epoch !== stored.epoch && epoch !== stored.former;
  return states.some(isUnknown) ? 'Postgres and Redis are not of the same epoch' : undefined;
}

/** Why Redis has lost entries, or may have; undefined if it has not. */
function reasonOfLoss(
  states: readonly ShardState[],
  epoch: string,
  storedPositions: ReadonlyMap<number, number>,
  isAlwaysSynced: boolean,
): string | undefined {
  const hasLost = states.some((state, shard) => {
    if (state.epoch === '') return storedPositions.has(shard);
    if (state.epoch !== epoch || state.run === state.runNow) return false;
    return !isAlwaysSynced || state.position < (storedPositions.get(shard) ?? 0);
  });
  return hasLost ? 'Redis has lost acknowledged entries, or may have' : undefined;
}
