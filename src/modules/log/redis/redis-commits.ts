import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import type { ConversationId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head } from '../draft.js';
import type { ConnectionLoss } from './connection-loss.js';
import type { LogKeys } from './log-keys.js';
import type { LogEpoch } from './log-epoch.js';
import { type PreparedDraft, prepareDraft } from './prepare-draft.js';
import type { RecentCommits } from './recent-commits.js';
import {
  type CommitCall,
  commitShards,
  type ShardAnswer,
  type ShardRefusal,
  type ShardUnits,
  type StorageAnswers,
} from './commit-shards.js';
import type { LogStorage } from './log-storage.js';

/** A unit in flight, with its outcomes so far. */
interface Unit {
  readonly shard: number;
  /** The shard's `rememberedSince` when the drafts were prepared. */
  readonly since: number;
  readonly drafts: readonly PreparedDraft[];
  outcomes: CommitOutcome[];
}

/** The part of a call that belongs to one shard. */
interface ShardPart extends ShardUnits {
  readonly shard: number;
  readonly own: readonly Unit[];
}

/** No attempt starts after this: an attempt may take two seconds, and a client's request times out after three. */
const lastAttemptAfterMs = 800;
const betweenAttemptsMs = 50;
/** Entries leave a shard a few times a second, and storage answers within milliseconds. */
const headAttemptsMax = 4;
/** More than the resolution of Redis' clock. */
const betweenHeadsMs = 5;

/**
 * Commits the groups of one node: with one call of the script if all shards are on one Redis, otherwise with one call per shard in
 * parallel, because Redis syncs each call to the disk separately. Reads storage only for client ids that the log does not remember
 * and for heads that it does not have. If Redis or storage does not answer, only the units that need it fail.
 */
export class RedisCommits {
  private readonly node = randomBytes(9).toString('base64url');
  private callNumber = 0;

  constructor(
    private readonly client: RedisClient,
    private readonly storage: LogStorage,
    private readonly logEpoch: LogEpoch,
    private readonly recent: RecentCommits,
    private readonly shards: readonly LogKeys[],
    private readonly loss: ConnectionLoss,
  ) {}

  /** Returns the outcomes of each unit's drafts; `unavailable` if the outcome is unknown. */
  async commit(units: ReadonlyArray<readonly Draft[]>, shardOf: (id: ConversationId) => number): Promise<CommitOutcome[][]> {
    const now = clock.now();
    const all = units.map((drafts): Unit => {
      const shard = drafts[0] === undefined ? 0 : shardOf(drafts[0].conversationId);
      const since = this.logEpoch.rememberedSince(shard);
      return { shard, since, drafts: drafts.map((draft) => prepareDraft(draft, since, now)), outcomes: unavailable(drafts) };
    });
    const { answered, places } = await this.lookUpClientIds(all);
    const times = await this.attemptAll(answered, new Map(), new Map(), places);
    const unknown = answered.filter((unit) => unit.outcomes.some(({ outcome }) => outcome === 'unknown'));
    if (unknown.length > 0) await this.attemptWithHeads(unknown, times, places);
    return all.map((unit) => unit.outcomes);
  }

  /** Looks up the client ids that the log may have forgotten. If storage fails, only the units without such ids are `answered`. */
  private async lookUpClientIds(units: readonly Unit[]): Promise<{ answered: readonly Unit[]; places: StorageAnswers['places'] }> {
    const keys = units.flatMap(({ drafts }) => drafts.flatMap(({ unsure }) => unsure ?? []));
    try {
      return { answered: units, places: await this.storage.places(keys) };
    } catch {
      return { answered: units.filter(({ drafts }) => drafts.every(({ unsure }) => unsure === undefined)), places: new Map() };
    }
  }

  /**
   * Commits units whose conversations have no head in Redis. Storage has the head, or the conversation does not exist. The script
   * rejects a head from storage if entries have left the log since Redis reported it missing; then both are read again.
   */
  private async attemptWithHeads(
    units: readonly Unit[],
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
  ): Promise<void> {
    let [left, askedAt] = [units, times];
    for (let attempt = 1; left.length > 0; attempt += 1) {
      for (const unit of left) unit.outcomes = unavailable(unit.drafts);
      if (attempt > headAttemptsMax) return;
      if (attempt > 1) await delay(betweenHeadsMs);
      const drafts = left.flatMap((unit) => unit.drafts);
      const ids = new Set(drafts.map(({ conversationId }) => conversationId));
      // A deleted conversation takes no message. Its only change is that it is restored, which was decided under its lock.
      const changed = new Set(drafts.filter(({ takesSeq }) => !takesSeq).map(({ conversationId }) => conversationId));
      const heads = await this.storage.heads([...ids], [...changed]).catch(() => undefined);
      // Storage does not answer, so the outcome stays unknown.
      if (heads === undefined) return;
      askedAt = await this.attemptAll(left, heads, askedAt, places);
      left = left.filter(({ drafts, outcomes }) =>
        outcomes.some(({ outcome }, place) => outcome === 'unknown' && isAmong(heads, drafts[place])),
      );
    }
  }

  /** Runs the script for all shards. Returns Redis' time, in ms, at each shard that answered. */
  private async attemptAll(
    units: readonly Unit[],
    heads: ReadonlyMap<ConversationId, Head>,
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
  ): Promise<Map<number, number>> {
    const answeredAt = new Map<number, number>();
    const parts = [...unitsByShard(units)].map(([shard, own]): ShardPart => {
      const answers = { heads, askedAt: times.get(shard) ?? 0, places };
      return { shard, keys: this.keys(shard), own, units: own.map((unit) => unit.drafts), answers };
    });
    const calls = this.client instanceof Cluster ? parts.map((part) => [part]) : [parts];
    await Promise.all(calls.map((call) => this.attempt(call, answeredAt)));
    return answeredAt;
  }

  /** Calls the script, and repeats the call under the same number for the shards whose outcome is unknown. */
  private async attempt(parts: readonly ShardPart[], answeredAt: Map<number, number>): Promise<void> {
    const startedAt = performance.now();
    this.callNumber += 1;
    const call = { number: this.callNumber, node: this.node };
    for (let left = this.partsOfThisEpoch(parts); left.length > 0; left = this.partsOfThisEpoch(left)) {
      const answers = await this.tryOnce({ ...call, epoch: this.logEpoch.current }, left);
      left = left.filter((part, place) => !this.handleAnswer(part, answers?.[place] ?? 'failed', answeredAt));
      const timeLeftMs = startedAt + lastAttemptAfterMs - performance.now();
      if (left.length === 0 || timeLeftMs < 0) return;
      if (answers === undefined) await delay(betweenAttemptsMs);
      else await Promise.race([this.logEpoch.renewEpoch().catch(() => undefined), delay(timeLeftMs)]);
    }
  }

  /** The parts that were prepared in the current epoch: the look-ups of client ids are invalid in another epoch. */
  private partsOfThisEpoch(parts: readonly ShardPart[]): readonly ShardPart[] {
    return parts.filter(({ shard, own }) => own.every(({ since }) => since === this.logEpoch.rememberedSince(shard)));
  }

  /** Records a shard's answer; returns whether the shard needs no further call. */
  private handleAnswer({ shard, own }: ShardPart, answer: ShardAnswer | ShardRefusal | 'failed', answeredAt: Map<number, number>): boolean {
    if (typeof answer !== 'object') return answer === 'closed' || answer === 'stale';
    this.logEpoch.recordPosition(shard, answer.position);
    this.recent.addCommits(shard, answer.committed);
    answeredAt.set(shard, answer.at);
    for (const [place, unit] of own.entries()) unit.outcomes = answer.outcomes[place] ?? unit.outcomes;
    return true;
  }

  private async tryOnce(call: CommitCall, parts: readonly ShardPart[]): Promise<Array<ShardAnswer | ShardRefusal> | undefined> {
    try {
      return await this.loss.raceReply(commitShards(this.client, call, parts));
    } catch {
      return undefined;
    }
  }

  private keys(shard: number): LogKeys {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    return keys;
  }
}

function unavailable(drafts: readonly unknown[]): CommitOutcome[] {
  return drafts.map(() => ({ outcome: 'unavailable' }));
}

function isAmong(heads: ReadonlyMap<ConversationId, Head>, draft: PreparedDraft | undefined): boolean {
  return draft !== undefined && heads.has(draft.conversationId);
}

function unitsByShard(units: readonly Unit[]): Map<number, Unit[]> {
  const shards = new Map<number, Unit[]>();
  for (const unit of units) {
    const known = shards.get(unit.shard);
    if (known === undefined) shards.set(unit.shard, [unit]);
    else known.push(unit);
  }
  return shards;
}
