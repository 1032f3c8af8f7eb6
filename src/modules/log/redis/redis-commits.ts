import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import type { ConversationId } from '#contracts/primitives.js';
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

/** A unit on its way, with the outcome it will have. */
interface Unit {
  readonly shard: number;
  /** Since when the shard had forgotten no client id, when the drafts were prepared. */
  readonly since: number;
  readonly drafts: readonly PreparedDraft[];
  outcomes: CommitOutcome[];
}

/** What a call commits in one shard. */
interface ShardPart extends ShardUnits {
  readonly shard: number;
  readonly own: readonly Unit[];
}

/** After this no other attempt is made: an attempt may take two seconds, and a client waits for three. */
const lastAttemptAfterMs = 800;
const betweenAttemptsMs = 50;
/** Entries leave a shard a few times a second, and storage answers within milliseconds. */
const headAttemptsMax = 4;
/** More than what Redis' clock tells apart. */
const betweenHeadsMs = 5;

/**
 * The commits of one node: one call of the script where all shards are on one Redis, else one per shard, side by side: each call is
 * synced to the disk by itself. Storage is asked once, and only about client ids that
 * the log does not remember and heads that it does not have; what does not answer refuses the units that need it and no other.
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

  /** Answers the outcomes of each unit's drafts; `unavailable` where nobody can tell. */
  async commit(units: ReadonlyArray<readonly Draft[]>, shardOf: (id: ConversationId) => number): Promise<CommitOutcome[][]> {
    const now = Date.now();
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

  /** Units whose client ids are all remembered, or were asked for. */
  private async lookUpClientIds(units: readonly Unit[]): Promise<{ answered: readonly Unit[]; places: StorageAnswers['places'] }> {
    const keys = units.flatMap(({ drafts }) => drafts.flatMap(({ unsure }) => unsure ?? []));
    try {
      return { answered: units, places: await this.storage.places(keys) };
    } catch {
      return { answered: units.filter(({ drafts }) => drafts.every(({ unsure }) => unsure === undefined)), places: new Map() };
    }
  }

  /**
   * Conversations that Redis has no head of: storage has it, or there is no such conversation. What storage says is not taken when
   * entries left the log since Redis was asked; then both are asked again.
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
      const ids = new Set(left.flatMap((unit) => unit.drafts.map((draft) => draft.conversationId)));
      const heads = await this.storage.heads([...ids], false).catch(() => undefined);
      // Storage does not answer: nobody can tell.
      if (heads === undefined) return;
      askedAt = await this.attemptAll(left, heads, askedAt, places);
      left = left.filter(({ drafts, outcomes }) =>
        outcomes.some(({ outcome }, place) => outcome === 'unknown' && isAmong(heads, drafts[place])),
      );
    }
  }

  /** Runs the script for all shards; answers Redis' time at each that answered, in ms. */
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

  /** One call of the script, sent again under the same number for the shards of which the outcome is not known. */
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

  /** What was found out about client ids does not hold any more when another epoch has begun. */
  private partsOfThisEpoch(parts: readonly ShardPart[]): readonly ShardPart[] {
    return parts.filter(({ shard, own }) => own.every(({ since }) => since === this.logEpoch.rememberedSince(shard)));
  }

  /** Whether the shard need not be asked again. */
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
