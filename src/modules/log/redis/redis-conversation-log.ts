import { setTimeout as delay } from 'node:timers/promises';
import { ConversationId, type UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import type { RedisScript } from '#platform/redis/redis-script.js';
import { type Backlog, type CommitOutcome, ConversationLog, type PendingMessagesRange, type PendingRange } from '../conversation-log.js';
import type { ClientKey, Draft, Head, KnownMessage, LogEntry } from '../draft.js';
import { hashShard } from '#platform/hash-shard.js';
import { digestOf, memoryHourOf, creationTimeOf } from './client-id-memory.js';
import { findKnownMessages } from './find-known-messages.js';
import { decodeLists, decodeTexts, decodeTextsAndLists, inGroups } from './decode-replies.js';
import { readEntry, readParked } from './entry-codec.js';
import { conversationOf, entryName, LogKeys, namesOf } from './log-keys.js';
import type { LogEpoch } from './log-epoch.js';
import type { RedisCommits } from './redis-commits.js';
import { headsScript, messagesScript, newestScript, outboxScript, pendingScript, seqsByScript } from './scripts/read.lua.js';
import { parkScript, settleScript } from './scripts/settle.lua.js';
import type { LogStorage } from './log-storage.js';

/** Above every `seq` and `rev`. */
const seqMax = 2_147_483_647;
const retryAfterMs = 1000;
/** A call that took longer has timed out; the client would not wait for a second timeout. */
const retryWithinMs = 500;
const retryDelayMs = 100;

/** Entries that were read in a former epoch must not be stored, because their numbers may have been assigned again. */
class EpochEndedError extends Error {
  constructor() {
    super('these entries were read in another epoch of the conversation log');
    this.name = 'EpochEndedError';
  }
}

/** A head in Redis. `isSure` if it was compared with storage. */
interface KnownHead extends Head {
  readonly isSure: boolean;
}

/** The parts of a Redis log, assembled by `openRedisLog`. */
export interface RedisLogParts {
  readonly client: RedisClient;
  readonly storage: LogStorage;
  readonly logEpoch: LogEpoch;
  readonly commits: RedisCommits;
  readonly shards: readonly LogKeys[];
  /** False while the rest of Redis' memory is reserved for persisting and settling. */
  readonly hasRoom: () => boolean;
  readonly close: () => Promise<void>;
}

/**
 * The log of several nodes: an entry is in Redis from its commit until storage has it. A conversation belongs to one shard, and a
 * shard to one node of a Redis Cluster. Each step is one script; the headers in `scripts/` say what each script promises.
 */
export class RedisConversationLog extends ConversationLog {
  /** One per shard, so that a shard that does not answer delays no read of another shard. */
  private readonly knownHeads: ReadonlyArray<BatchedReads<ConversationId, KnownHead>>;
  private readonly storedHeads = new BatchedReads((ids: readonly ConversationId[]) => this.parts.storage.heads(ids, ids), {
    intervalMs: crowdIntervalMs,
  });

  readonly shardCount: number;

  constructor(private readonly parts: RedisLogParts) {
    super();
    this.shardCount = parts.shards.length;
    this.knownHeads = parts.shards.map((keys) => new BatchedReads((ids: readonly ConversationId[]) => this.readHeads(keys, ids)));
  }

  async close(): Promise<void> {
    await this.parts.close();
  }

  epoch(): string {
    return this.parts.logEpoch.current;
  }

  override onEpochChanged(listener: (epoch: string) => void): void {
    this.parts.logEpoch.onEpochChanged(listener);
  }

  shardOf(conversationId: ConversationId): number {
    return hashShard(conversationId, this.shardCount);
  }

  async commit(units: ReadonlyArray<readonly Draft[]>): Promise<CommitOutcome[][]> {
    if (!this.parts.hasRoom()) throw new AppError('overloaded', { detail: 'the conversation log is short of memory', retryAfterMs });
    return this.parts.commits.commit(units, (id) => this.shardOf(id));
  }

  findKnown(keys: readonly ClientKey[]): Promise<Array<KnownMessage | undefined>> {
    const run = this.runScript.bind(this);
    return findKnownMessages({ run, keysOf: (id) => this.keysOf(id), storage: this.parts.storage }, keys);
  }

  async heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>> {
    const known = new Map<ConversationId, KnownHead>();
    await this.runByShard(ids, async (_, own, shard) => {
      for (const [id, head] of (await this.knownHeads[shard]?.readMany(own)) ?? []) known.set(id, head);
    });
    const unsure = ids.filter((id) => known.get(id)?.isSure !== true);
    // Storage is read only for the others, so that sure heads are available while storage is down.
    const stored = unsure.length === 0 ? undefined : await this.storedHeads.readMany(unsure);
    return new Map(ids.flatMap((id) => furthestHead(id, known.get(id), stored?.get(id))));
  }

  async pending(id: ConversationId, range: PendingRange): Promise<LogEntry[]> {
    const keys = this.keysOf(id);
    const { afterRev = 0, beforeRev = seqMax, order, limit } = range;
    const bounds = [entryName(id, afterRev), entryName(id, beforeRev), order, limit];
    const [status, ...entries] = decodeTexts(await this.runScript(pendingScript, [keys.meta, keys.entries, keys.index], bounds));
    if (status !== 'ok') throw new AppError('overloaded', { detail: 'the conversation log is recovering from a loss', retryAfterMs });
    return this.read(id, entries);
  }

  async pendingMessages(id: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]> {
    const { afterSeq = 0, beforeSeq = seqMax, order, limit } = range;
    const keys = this.keysOf(id);
    const args = [...namesOf(id), afterSeq, beforeSeq, order, limit];
    const reply = await this.runScript(messagesScript, [keys.entries, keys.index, keys.parked(id)], args);
    const [texts = [], parkedTexts = []] = decodeLists(reply);
    const entries = this.read(id, texts);
    if (parkedTexts.length === 0) return entries;
    const parked = this.readParked(id, parkedTexts).filter(({ seq }) => seq !== null && seq > afterSeq && seq < beforeSeq);
    return [...entries, ...parked].sort((a, b) => (order === 'asc' ? a.rev - b.rev : b.rev - a.rev)).slice(0, limit);
  }

  async pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>> {
    const newest = new Map<ConversationId, LogEntry>();
    await this.runByShard(ids, async (keys, own) => {
      const reply = await this.runScript(
        newestScript,
        [keys.entries, keys.index, ...own.map((id) => keys.parked(id))],
        own.flatMap(namesOf),
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
    await this.runByShard(ids, async (keys, own) => {
      const scriptKeys = [keys.entries, keys.index, ...own.map((id) => keys.parked(id))];
      const reply = await this.runScript(seqsByScript, scriptKeys, [actorId, ...own.flatMap(namesOf)]);
      for (const [index, seqs] of decodeLists(reply).entries()) {
        const id = own[index];
        if (id !== undefined && seqs.length > 0) found.set(id, seqs.map(Number));
      }
    });
    return found;
  }

  /** An entry may be applied and not yet settled, so the newest `rev` in Redis is compared with that of storage. */
  async hasPendingChange(id: ConversationId): Promise<boolean> {
    const [low, high] = namesOf(id);
    const [newest] = await this.parts.client.zrange(this.keysOf(id).changes, `[${high}`, `[${low}`, 'BYLEX', 'REV', 'LIMIT', 0, 1);
    if (newest === undefined) return false;
    const stored = await this.parts.storage.lastRevs([id]);
    return Number(newest.slice(low.length)) > (stored.get(id) ?? 0);
  }

  async outbox(shard: number, limit: number): Promise<LogEntry[]> {
    const keys = this.keysAt(shard);
    const reply = decodeLists(await this.runScript(outboxScript, [keys.meta, keys.entries, keys.outbox], [limit]));
    const [names = [], entries = []] = reply;
    return entries.flatMap((entry, place) => this.read(ConversationId.parse(conversationOf(names[place] ?? '')), [entry]));
  }

  async settle(entries: readonly LogEntry[]): Promise<void> {
    const shards = new Map<number, string[]>();
    for (const entry of entries) {
      const shard = this.shardOf(entry.conversationId);
      const lines = shards.get(shard) ?? [];
      shards.set(shard, lines);
      const { digest, hour } = memoryOf(entry);
      const name = entryName(entry.conversationId, entry.rev);
      lines.push(`${name} ${entry.isParked ? 1 : 0} ${entry.seq === null ? 0 : 1} ${digest} ${hour}`);
    }
    const settling = [...shards].map(([shard, lines]) => {
      const keys = this.keysAt(shard);
      return this.runScript(settleScript, keys.ofEntries, [keys.prefix, ...lines]);
    });
    await Promise.all(settling);
  }

  async park(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId: id, rev } = entry;
    const keys = this.keysOf(id);
    const { digest, hour } = memoryOf(entry);
    const args = [keys.prefix, entryName(id, rev), rev, JSON.stringify(reason), digest, hour];
    await this.runScript(parkScript, [...keys.ofEntries, keys.parked(id)], args);
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
    if (entries.some((entry) => entry.epoch !== epoch)) throw new EpochEndedError();
  }

  private async readHeads(keys: LogKeys, ids: readonly ConversationId[]): Promise<Map<ConversationId, KnownHead>> {
    const reply = decodeTexts(await this.runScript(headsScript, [keys.meta, keys.entries, keys.index], [keys.prefix, ...ids]));
    const heads = new Map<ConversationId, KnownHead>();
    for (const [index, [seq = '', rev = '', isSure]] of inGroups(reply, 3).entries()) {
      const id = ids[index];
      if (id !== undefined) heads.set(id, { seq: Number(seq), rev: Number(rev), isSure: isSure === '1' });
    }
    return heads;
  }

  /** Runs an idempotent script, and repeats it after a short delay if the connection was just lost. */
  private async runScript(script: RedisScript, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown> {
    const startedAt = performance.now();
    try {
      return await script.runScript(this.parts.client, keys, args);
    } catch (error) {
      if (performance.now() - startedAt > retryWithinMs) throw error;
      await delay(retryDelayMs);
      return script.runScript(this.parts.client, keys, args);
    }
  }

  private outboxSizes(): Promise<number[]> {
    return Promise.all(this.parts.shards.map((keys) => this.parts.client.zcard(keys.outbox)));
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

  /** Runs `work` in parallel for each shard to which some of the conversations belong. */
  private async runByShard(
    ids: readonly ConversationId[],
    work: (keys: LogKeys, own: readonly ConversationId[], shard: number) => Promise<void>,
  ): Promise<void> {
    const shards = new Map<number, ConversationId[]>();
    for (const id of ids) shards.set(this.shardOf(id), [...(shards.get(this.shardOf(id)) ?? []), id]);
    await Promise.all([...shards].map(([shard, own]) => work(this.keysAt(shard), own, shard)));
  }
}

/** The higher of the two heads; nothing if neither Redis nor storage has one. Redis reports 0 for a head that it does not have. */
function furthestHead(id: ConversationId, known: Head | undefined, stored: Head | undefined): Array<readonly [ConversationId, Head]> {
  const head = { seq: Math.max(known?.seq ?? 0, stored?.seq ?? 0), rev: Math.max(known?.rev ?? 0, stored?.rev ?? 0) };
  return head.rev > 0 || stored !== undefined ? [[id, head]] : [];
}

/** Where the log remembers the client id of an entry, in the format of the scripts. */
function memoryOf({ conversationId, actorId, clientId, at }: LogEntry): { readonly digest: string; readonly hour: number } {
  if (clientId === null) return { digest: '-', hour: 0 };
  return { digest: digestOf({ conversationId, actorId, clientId }), hour: memoryHourOf(creationTimeOf(clientId), at.getTime()) };
}
