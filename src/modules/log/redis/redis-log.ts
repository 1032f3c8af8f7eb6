import { setTimeout as delay } from 'node:timers/promises';
import { ConversationId, type UserId } from '../../../../contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { RedisScript } from '../../../platform/redis/redis-script.js';
import { type Backlog, type CommitOutcome, ConversationLog, type PendingMessagesRange, type PendingRange } from '../conversation-log.js';
import type { Draft, Head, LogEntry } from '../draft.js';
import { shardOf } from '../shard-of.js';
import { clientField, settledPlace, writePlace } from './client-memory.js';
import { decodeLists, decodeTexts, decodeTextsAndLists, inGroups } from './decode-replies.js';
import { readEntry, readParked } from './entry-codec.js';
import { LogKeys } from './log-keys.js';
import type { LogLife } from './log-life.js';
import type { RedisCommits } from './redis-commits.js';
import { headsScript, messagesScript, newestScript, outboxScript, pendingScript, seqsByScript } from './scripts/read.lua.js';
import { parkScript, settleScript } from './scripts/settle.lua.js';
import type { LogStorage } from './storage.js';

/** Beyond every `seq` and `rev`. */
const seqMax = 2_147_483_647;
const retryAfterMs = 1000;
/** What took longer ran into a time limit: nobody waits for another one. */
const retryWithinMs = 500;
const retryDelayMs = 100;

/** What was read in an epoch that is over must not reach storage: the numbers may have been given to something else. */
export class LogLifeEndedError extends Error {
  constructor() {
    super('the conversation log lives in another epoch than the one these entries were read in');
    this.name = 'LogLifeEndedError';
  }
}

/** The parts a Redis log works with; `openRedisLog` puts them together. */
export interface RedisLogParts {
  readonly client: RedisClient;
  readonly storage: LogStorage;
  readonly life: LogLife;
  readonly commits: RedisCommits;
  readonly shards: readonly LogKeys[];
  /** False while Redis' memory has to be kept for those who make room. */
  readonly hasRoom: () => boolean;
  readonly close: () => Promise<void>;
}

/**
 * The log of several nodes: entries are in Redis from their commit until storage has them. Everything of a conversation lies
 * in one shard, and a shard on one node of a Redis Cluster; each step is one script. See `scripts/` for what they promise.
 */
export class RedisConversationLog extends ConversationLog {
  readonly shardCount: number;

  constructor(private readonly parts: RedisLogParts) {
    super();
    this.shardCount = parts.shards.length;
  }

  async close(): Promise<void> {
    await this.parts.close();
  }

  epoch(): string {
    return this.parts.life.epoch;
  }

  override onEpochChanged(listener: (epoch: string) => void): void {
    this.parts.life.onChanged(listener);
  }

  shardOf(conversationId: ConversationId): number {
    return shardOf(conversationId, this.shardCount);
  }

  async commit(units: ReadonlyArray<readonly Draft[]>): Promise<CommitOutcome[][]> {
    if (!this.parts.hasRoom()) throw new AppError('overloaded', { detail: 'the conversation log is short of memory', retryAfterMs });
    return this.parts.commits.commit(units, (id) => this.shardOf(id));
  }

  async heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>> {
    const heads = new Map<ConversationId, Head>();
    const unsure: ConversationId[] = [];
    await this.byShard(ids, async (keys, own) => {
      const reply = decodeTexts(await this.run(headsScript, [keys.meta, ...own.map((id) => keys.head(id))], []));
      for (const [index, [seq = '', rev = '', isSure]] of inGroups(reply, 3).entries()) {
        const id = own[index];
        if (id === undefined) continue;
        if (rev !== '') heads.set(id, { seq: Number(seq), rev: Number(rev) });
        if (isSure !== '1') unsure.push(id);
      }
    });
    if (unsure.length === 0) return heads;
    for (const [id, stored] of await this.parts.storage.heads(unsure, true)) {
      const known = heads.get(id) ?? stored;
      heads.set(id, { seq: Math.max(known.seq, stored.seq), rev: Math.max(known.rev, stored.rev) });
    }
    return heads;
  }

  async pending(id: ConversationId, range: PendingRange): Promise<LogEntry[]> {
    const keys = this.keysOf(id);
    const bounds = [range.afterRev ?? 0, range.beforeRev ?? seqMax, range.order, range.limit];
    const [status, ...entries] = decodeTexts(await this.run(pendingScript, [keys.entries(id), keys.meta], bounds));
    if (status !== 'ok') throw new AppError('overloaded', { detail: 'the conversation log recovers from a loss', retryAfterMs });
    return this.read(id, entries);
  }

  async pendingMessages(id: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]> {
    const { afterSeq = 0, beforeSeq = seqMax, order, limit } = range;
    const keys = this.keysOf(id);
    const reply = await this.run(messagesScript, [keys.entries(id), keys.parked(id)], [afterSeq, beforeSeq, order, limit]);
    const [texts = [], parkedTexts = []] = decodeLists(reply);
    const entries = this.read(id, texts);
    if (parkedTexts.length === 0) return entries;
    const parked = this.readParked(id, parkedTexts).filter(({ seq }) => seq !== null && seq > afterSeq && seq < beforeSeq);
    return [...entries, ...parked].sort((a, b) => (order === 'asc' ? a.rev - b.rev : b.rev - a.rev)).slice(0, limit);
  }

  async pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>> {
    const newest = new Map<ConversationId, LogEntry>();
    await this.byShard(ids, async (keys, own) => {
      const reply = await this.run(
        newestScript,
        own.flatMap((id) => [keys.entries(id), keys.parked(id)]),
        [],
      );
      for (const [index, { text, list }] of decodeTextsAndLists(reply).entries()) {
        const id = own[index];
        if (id === undefined) continue;
        const entries = [...this.read(id, text === '' ? [] : [text]), ...this.readParked(id, list)].filter(({ seq }) => seq !== null);
        for (const entry of entries) if (entry.rev > (newest.get(id)?.rev ?? 0)) newest.set(id, entry);
      }
    });
    return newest;
  }

  async pendingSeqsBy(actorId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, number[]>> {
    const found = new Map<ConversationId, number[]>();
    await this.byShard(ids, async (keys, own) => {
      const reply = await this.run(
        seqsByScript,
        own.flatMap((id) => [keys.entries(id), keys.parked(id)]),
        [actorId],
      );
      for (const [index, seqs] of decodeLists(reply).entries()) {
        const id = own[index];
        if (id !== undefined && seqs.length > 0) found.set(id, seqs.map(Number));
      }
    });
    return found;
  }

  /** Applied and not settled is what an entry is between the two transactions: storage tells. */
  async hasPendingChange(id: ConversationId): Promise<boolean> {
    const [newest] = await this.parts.client.zrange(this.keysOf(id).changes(id), -1, -1);
    if (newest === undefined) return false;
    const stored = await this.parts.storage.lastRevs([id]);
    return Number(newest) > (stored.get(id) ?? 0);
  }

  async outbox(shard: number, limit: number): Promise<LogEntry[]> {
    const keys = this.keysAt(shard);
    const reply = decodeTexts(await this.run(outboxScript, [keys.outbox, keys.meta], [limit, keys.prefix]));
    return inGroups(reply, 2).flatMap(([id = '', entry = '']) => this.read(ConversationId.parse(id), [entry]));
  }

  async settle(entries: readonly LogEntry[]): Promise<void> {
    await this.byShard([...new Set(entries.map((entry) => entry.conversationId))], async (keys, ids, shard) => {
      const places = new Map(ids.map((id, index) => [id, index + 1]));
      const own = entries.filter((entry) => places.has(entry.conversationId));
      const settledKeys = new Map<string, number>();
      const args = own.flatMap((entry) => {
        const memory = this.memoryOf(entry, keys, shard);
        const key = memory === undefined ? 0 : 1 + ids.length * 5 + placeIn(settledKeys, memory.key);
        const place = writePlace(entry.seq ?? 0, entry.rev, entry.bodyHash);
        const field = clientField(entry.actorId, entry.clientId);
        return [
          places.get(entry.conversationId) ?? 0,
          entry.rev,
          entry.isParked ? 1 : 0,
          field,
          key,
          memory?.field ?? '',
          place,
          memory?.endsAt ?? 0,
        ];
      });
      const scriptKeys = [keys.outbox, ...ids.flatMap((id) => keys.ofConversation(id)), ...settledKeys.keys()];
      await this.run(settleScript, scriptKeys, [ids.length, own.length, ...ids, ...args]);
    });
  }

  async park(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId: id, rev } = entry;
    const keys = this.keysOf(id);
    await this.run(parkScript, [keys.outbox, keys.entries(id), keys.changes(id), keys.parked(id)], [id, rev, JSON.stringify(reason)]);
  }

  async parked(id: ConversationId, rev: number): Promise<LogEntry | undefined> {
    const text = await this.parts.client.hget(this.keysOf(id).parked(id), String(rev));
    return text === null ? undefined : this.readParked(id, [text])[0];
  }

  async shardsWithWork(): Promise<number[]> {
    const sizes = await this.outboxSizes();
    return sizes.flatMap((size, shard) => (size > 0 ? [shard] : []));
  }

  async backlog(): Promise<Backlog> {
    const sizes = await this.outboxSizes();
    const oldest = await Promise.all(sizes.map((size, shard) => (size > 0 ? this.outbox(shard, 1) : Promise.resolve([]))));
    const times = oldest.flat().map((entry) => entry.at.getTime());
    return { entries: sizes.reduce((sum, size) => sum + size, 0), oldestAt: times.length === 0 ? null : new Date(Math.min(...times)) };
  }

  override async fence(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    const epoch = await this.parts.storage.holdEpoch(tx);
    if (entries.some((entry) => entry.epoch !== epoch)) throw new LogLifeEndedError();
  }

  /** Runs a script that does nothing the second time: a connection that was just lost costs a moment and no error. */
  private async run(script: RedisScript, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown> {
    const startedAt = performance.now();
    try {
      return await script.run(this.parts.client, keys, args);
    } catch (error) {
      if (performance.now() - startedAt > retryWithinMs) throw error;
      await delay(retryDelayMs);
      return script.run(this.parts.client, keys, args);
    }
  }

  private outboxSizes(): Promise<number[]> {
    return Promise.all(this.parts.shards.map((keys) => this.parts.client.zcard(keys.outbox)));
  }

  private memoryOf({ conversationId, actorId, clientId }: LogEntry, keys: LogKeys, shard: number) {
    return clientId === null
      ? undefined
      : settledPlace(keys, { conversationId, actorId, clientId }, this.parts.life.since(shard), Date.now());
  }

  private read(id: ConversationId, texts: readonly string[]): LogEntry[] {
    return texts.map((text) => readEntry(id, text, this.epoch()));
  }

  private readParked(id: ConversationId, texts: readonly string[]): LogEntry[] {
    return texts.map((text) => readParked(id, text, this.epoch()));
  }

  private keysOf(id: ConversationId): LogKeys {
    return this.keysAt(this.shardOf(id));
  }

  private keysAt(shard: number): LogKeys {
    const keys = this.parts.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    return keys;
  }

  /** Runs `work` for each shard that has some of the conversations, side by side. */
  private async byShard(
    ids: readonly ConversationId[],
    work: (keys: LogKeys, own: readonly ConversationId[], shard: number) => Promise<void>,
  ): Promise<void> {
    const shards = new Map<number, ConversationId[]>();
    for (const id of ids) shards.set(this.shardOf(id), [...(shards.get(this.shardOf(id)) ?? []), id]);
    await Promise.all([...shards].map(([shard, own]) => work(this.keysAt(shard), own, shard)));
  }
}

/** The item's number among those seen, 1 or more, in the order in which they were seen first. */
function placeIn(places: Map<string, number>, item: string): number {
  const place = places.get(item) ?? places.size + 1;
  places.set(item, place);
  return place;
}
