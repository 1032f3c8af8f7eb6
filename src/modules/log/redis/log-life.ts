import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { decodeNumber, decodeTexts } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import { adoptScript, statusScript } from './scripts/life.lua.js';
import type { LogStorage } from './storage.js';

/** After a loss no commit is taken for this long: every node notices within a second and gives back what it knows. */
const closedMs = 2500;
/** Within this every living node notices that Redis was restarted, and writes down what it has seen of it. */
const testimonyMs = 1500;
/** Positions begin anew above everything that was lost. */
const positionGap = 1_000_000_000;

interface Status {
  readonly epoch: string;
  readonly run: string;
  readonly position: number;
  readonly since: number;
  readonly runNow: string;
}

/** Told when the log lives in another epoch. `hasLost`: because Redis lost, or may have lost, something. */
export type LifeListener = (epoch: string) => Promise<void> | void;

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
export class LogLife {
  private current = '';
  private readonly sinces = new Map<number, number>();
  private readonly seen = new Map<number, number>();
  private readonly written = new Map<number, number>();
  private readonly listeners: LifeListener[] = [];
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly client: RedisClient,
    private readonly storage: LogStorage,
    private readonly shards: readonly LogKeys[],
    private readonly isAlwaysSynced: () => Promise<boolean>,
  ) {}

  get epoch(): string {
    return this.current;
  }

  /** Milliseconds since 1970 from which on the shard forgot no client id. */
  since(shard: number): number {
    return this.sinces.get(shard) ?? Infinity;
  }

  onChanged(listener: LifeListener): void {
    this.listeners.push(listener);
  }

  /** Notes a position that a commit was given. */
  see(shard: number, position: number): void {
    this.seen.set(shard, Math.max(this.seen.get(shard) ?? 0, position));
  }

  /** Looks whether all shards live on in this node's epoch, and writes their positions down. Called each second. */
  async check(): Promise<void> {
    const states = await this.states();
    if (states.some((state) => state.epoch !== this.current || state.run !== state.runNow)) return this.renew();
    const moved = states.flatMap(({ position }, shard) => (position > (this.written.get(shard) ?? -1) ? [[shard, position] as const] : []));
    if (moved.length === 0) return;
    await this.storage.witness(new Map(moved));
    for (const [shard, position] of moved) this.written.set(shard, position);
  }

  /** Finds out in which epoch the log lives, or begins one; shards are opened in it. One at a time, over all nodes. */
  renew(): Promise<void> {
    this.renewing ??= this.testify()
      .then(() => this.storage.alone(() => this.settleEpoch()))
      .then((epoch) => this.enter(epoch))
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  /** Writes down what this node has seen, for whoever decides. */
  private async testify(): Promise<void> {
    if (this.seen.size > 0) await this.storage.witness(this.seen);
  }

  private async settleEpoch(): Promise<string> {
    const [states, isAlwaysSynced] = [await this.states(), await this.isAlwaysSynced()];
    let epoch = await this.storage.epoch();
    const hasRestarted = states.some((state) => state.epoch === epoch && state.run !== state.runNow);
    if (hasRestarted && isAlwaysSynced) await delay(testimonyMs);
    const witnesses = await this.storage.witnesses();
    const hasLost = states.some((state, shard) => {
      if (state.epoch === '') return witnesses.has(shard);
      if (state.epoch !== epoch || state.run === state.runNow) return false;
      return !isAlwaysSynced || state.position < (witnesses.get(shard) ?? 0);
    });
    if (hasLost) {
      epoch = randomUUID();
      await this.storage.changeEpoch(epoch);
    }
    for (const [shard, state] of states.entries()) {
      if (state.epoch !== epoch || state.run !== state.runNow) await this.adopt(shard, state, epoch, witnesses.get(shard));
    }
    return epoch;
  }

  private async adopt(shard: number, state: Status, epoch: string, witness: number | undefined): Promise<void> {
    const isNew = state.epoch === '' && witness === undefined;
    const isKept = state.epoch === epoch || isNew;
    const lowest = Math.max(state.position, witness ?? 0) + (isKept ? 0 : positionGap);
    const { meta, prefix } = this.keys(shard);
    const args = [state.epoch, state.run, epoch, lowest, isNew ? 0 : closedMs, prefix];
    const reply = await adoptScript.runScript(this.client, [meta], args);
    if (decodeNumber(reply) !== 1) throw new Error('a shard of the log changed its life meanwhile');
    await this.storage.witness(new Map([[shard, lowest]]));
  }

  private async enter(epoch: string): Promise<void> {
    const states = await this.states();
    for (const [shard, state] of states.entries()) this.sinces.set(shard, state.since);
    if (epoch === this.current) return;
    const isFirst = this.current === '';
    this.current = epoch;
    if (isFirst) return;
    for (const listener of this.listeners) await listener(epoch);
  }

  private states(): Promise<Status[]> {
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
