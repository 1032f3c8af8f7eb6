import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConversationId } from '../../../../contracts/primitives.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head } from '../draft.js';
import type { ConnectionLoss } from './connection-loss.js';
import type { LogKeys } from './log-keys.js';
import type { LogLife } from './log-life.js';
import type { RecentCommits } from './recent-commits.js';
import { commitShard, idsToAskFor, type ShardAnswer, type ShardRefusal, type StorageAnswers } from './shard-commit.js';
import type { LogStorage } from './storage.js';

type Drafts = readonly Draft[];

/** A unit on its way, with the outcome it will have. */
interface Unit {
  readonly shard: number;
  readonly drafts: Drafts;
  outcomes: readonly CommitOutcome[];
}

/** After this no other attempt is made: an attempt may take two seconds, and a client waits for three. */
const lastAttemptAfterMs = 800;
const betweenAttemptsMs = 50;

/**
 * The commits of one node: one script per shard, side by side. Storage is asked once per call, and only about client ids that
 * the log does not remember and heads that it does not have; what does not answer refuses the units that need it and no other.
 */
export class RedisCommits {
  private readonly node = randomBytes(9).toString('base64url');
  private number = 0;

  constructor(
    private readonly client: RedisClient,
    private readonly storage: LogStorage,
    private readonly life: LogLife,
    private readonly recent: RecentCommits,
    private readonly shards: readonly LogKeys[],
    private readonly loss: ConnectionLoss,
  ) {}

  /** Answers the outcomes of each unit's drafts; `unavailable` where nobody can tell. */
  async commit(units: readonly Drafts[], shardOf: (id: ConversationId) => number): Promise<CommitOutcome[][]> {
    const all = units.map((drafts): Unit => {
      const outcomes = drafts.map((): CommitOutcome => ({ outcome: 'unavailable' }));
      return { shard: drafts[0] === undefined ? 0 : shardOf(drafts[0].conversationId), drafts, outcomes };
    });
    const now = Date.now();
    const { answered, places } = await this.askForIds(all, now);
    const times = await this.attemptAll(answered, new Map(), new Map(), places, now);
    const unknown = answered.filter((unit) => unit.outcomes.some(({ outcome }) => outcome === 'unknown'));
    if (unknown.length > 0) await this.attemptWithHeads(unknown, times, places, now);
    return all.map((unit) => [...unit.outcomes]);
  }

  /** Units whose client ids are all remembered, or were asked for. */
  private async askForIds(units: readonly Unit[], now: number): Promise<{ answered: readonly Unit[]; places: StorageAnswers['places'] }> {
    const asked = units.map((unit) => idsToAskFor(unit.drafts, this.life.since(unit.shard), now));
    try {
      return { answered: units, places: await this.storage.places(asked.flat()) };
    } catch {
      return { answered: units.filter((_, place) => asked[place]?.length === 0), places: new Map() };
    }
  }

  /** Conversations that Redis has no head of: storage has it, or there is no such conversation. */
  private async attemptWithHeads(
    units: readonly Unit[],
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
    now: number,
  ): Promise<void> {
    let heads: ReadonlyMap<ConversationId, Head>;
    try {
      heads = await this.storage.heads([...new Set(units.flatMap((unit) => unit.drafts.map((draft) => draft.conversationId)))], false);
    } catch {
      for (const unit of units) unit.outcomes = unit.drafts.map(() => ({ outcome: 'unavailable' }));
      return;
    }
    await this.attemptAll(units, heads, times, places, now);
  }

  /** Runs the script of each shard; answers Redis' time at each, in ms. */
  private async attemptAll(
    units: readonly Unit[],
    heads: ReadonlyMap<ConversationId, Head>,
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
    now: number,
  ): Promise<Map<number, number>> {
    const answeredAt = new Map<number, number>();
    const shards = new Map<number, Unit[]>();
    for (const unit of units) shards.set(unit.shard, [...(shards.get(unit.shard) ?? []), unit]);
    await Promise.all(
      [...shards].map(async ([shard, own]) => {
        const answers = { heads, askedAt: times.get(shard) ?? 0, places };
        const answer = await this.attempt(
          shard,
          own.map(({ drafts }) => drafts),
          answers,
          now,
        );
        for (const [place, unit] of own.entries())
          unit.outcomes = answer?.outcomes[place] ?? unit.drafts.map(() => ({ outcome: 'unavailable' }));
        if (answer !== undefined) answeredAt.set(shard, answer.at);
      }),
    );
    return answeredAt;
  }

  /** One call of the script, sent again under the same number while its outcome is not known. Undefined when nobody knows. */
  private async attempt(shard: number, units: readonly Drafts[], answers: StorageAnswers, now: number): Promise<ShardAnswer | undefined> {
    const startedAt = performance.now();
    const since = this.life.since(shard);
    this.number += 1;
    const number = this.number;
    for (;;) {
      const answer = await this.tryOnce(shard, number, units, answers, now);
      if (typeof answer === 'object') {
        this.life.see(shard, answer.position);
        for (const commit of answer.committed) this.recent.add(commit);
        return answer;
      }
      const timeLeftMs = startedAt + lastAttemptAfterMs - performance.now();
      if (answer === 'closed' || answer === 'stale' || timeLeftMs < 0) return undefined;
      if (answer === 'failed') await delay(betweenAttemptsMs);
      else await Promise.race([this.life.renew().catch(() => undefined), delay(timeLeftMs)]);
      // What was found out about client ids before may not hold in the epoch that has begun.
      if (this.life.since(shard) !== since) return undefined;
    }
  }

  private async tryOnce(
    shard: number,
    number: number,
    units: readonly Drafts[],
    answers: StorageAnswers,
    now: number,
  ): Promise<ShardAnswer | ShardRefusal | 'failed'> {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    const call = { keys, shard, epoch: this.life.epoch, since: this.life.since(shard), node: this.node, number };
    try {
      return await this.loss.race(commitShard(this.client, call, units, answers, now));
    } catch {
      return 'failed';
    }
  }
}
