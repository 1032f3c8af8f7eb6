import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConversationId } from '../../../../contracts/primitives.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head } from '../draft.js';
import type { ConnectionLoss } from './connection-loss.js';
import type { LogKeys } from './log-keys.js';
import type { LogLife } from './log-life.js';
import { type PreparedDraft, prepareDraft } from './prepare-draft.js';
import type { RecentCommits } from './recent-commits.js';
import { commitShard, type ShardAnswer, type ShardRefusal, type StorageAnswers } from './shard-commit.js';
import type { LogStorage } from './storage.js';

/** A unit on its way, with the outcome it will have. */
interface Unit {
  readonly shard: number;
  /** Since when the shard had forgotten no client id, when the drafts were prepared. */
  readonly since: number;
  readonly drafts: readonly PreparedDraft[];
  outcomes: CommitOutcome[];
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
  async commit(units: ReadonlyArray<readonly Draft[]>, shardOf: (id: ConversationId) => number): Promise<CommitOutcome[][]> {
    const now = Date.now();
    const all = units.map((drafts): Unit => {
      const shard = drafts[0] === undefined ? 0 : shardOf(drafts[0].conversationId);
      const since = this.life.since(shard);
      return { shard, since, drafts: drafts.map((draft) => prepareDraft(draft, since, now)), outcomes: unavailable(drafts) };
    });
    const { answered, places } = await this.askForIds(all);
    const times = await this.attemptAll(answered, new Map(), new Map(), places);
    const unknown = answered.filter((unit) => unit.outcomes.some(({ outcome }) => outcome === 'unknown'));
    if (unknown.length > 0) await this.attemptWithHeads(unknown, times, places);
    return all.map((unit) => unit.outcomes);
  }

  /** Units whose client ids are all remembered, or were asked for. */
  private async askForIds(units: readonly Unit[]): Promise<{ answered: readonly Unit[]; places: StorageAnswers['places'] }> {
    const keys = units.flatMap(({ drafts }) => drafts.flatMap(({ unsure }) => unsure ?? []));
    try {
      return { answered: units, places: await this.storage.places(keys) };
    } catch {
      return { answered: units.filter(({ drafts }) => drafts.every(({ unsure }) => unsure === undefined)), places: new Map() };
    }
  }

  /** Conversations that Redis has no head of: storage has it, or there is no such conversation. */
  private async attemptWithHeads(
    units: readonly Unit[],
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
  ): Promise<void> {
    let heads: ReadonlyMap<ConversationId, Head>;
    try {
      heads = await this.storage.heads([...new Set(units.flatMap((unit) => unit.drafts.map((draft) => draft.conversationId)))], false);
    } catch {
      for (const unit of units) unit.outcomes = unavailable(unit.drafts);
      return;
    }
    await this.attemptAll(units, heads, times, places);
  }

  /** Runs the script of each shard; answers Redis' time at each, in ms. */
  private async attemptAll(
    units: readonly Unit[],
    heads: ReadonlyMap<ConversationId, Head>,
    times: ReadonlyMap<number, number>,
    places: StorageAnswers['places'],
  ): Promise<Map<number, number>> {
    const answeredAt = new Map<number, number>();
    const attempts = [...unitsByShard(units)].map(async ([shard, own]) => {
      const answer = await this.attempt(shard, own, { heads, askedAt: times.get(shard) ?? 0, places });
      for (const [place, unit] of own.entries()) unit.outcomes = answer?.outcomes[place] ?? unavailable(unit.drafts);
      if (answer !== undefined) answeredAt.set(shard, answer.at);
    });
    await Promise.all(attempts);
    return answeredAt;
  }

  /** One call of the script, sent again under the same number while its outcome is not known. Undefined when nobody knows. */
  private async attempt(shard: number, units: readonly Unit[], answers: StorageAnswers): Promise<ShardAnswer | undefined> {
    const startedAt = performance.now();
    const drafts = units.map((unit) => unit.drafts);
    this.number += 1;
    const number = this.number;
    // What was found out about client ids does not hold any more when another epoch has begun.
    while (units.every(({ since }) => since === this.life.since(shard))) {
      const answer = await this.tryOnce(shard, number, drafts, answers);
      if (typeof answer === 'object') {
        this.life.see(shard, answer.position);
        this.recent.add(shard, answer.committed);
        return answer;
      }
      const timeLeftMs = startedAt + lastAttemptAfterMs - performance.now();
      if (answer === 'closed' || answer === 'stale' || timeLeftMs < 0) return undefined;
      if (answer === 'failed') await delay(betweenAttemptsMs);
      else await Promise.race([this.life.renew().catch(() => undefined), delay(timeLeftMs)]);
    }
    return undefined;
  }

  private async tryOnce(
    shard: number,
    number: number,
    units: ReadonlyArray<Unit['drafts']>,
    answers: StorageAnswers,
  ): Promise<ShardAnswer | ShardRefusal | 'failed'> {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    const call = { keys, epoch: this.life.epoch, node: this.node, number };
    try {
      return await this.loss.race(commitShard(this.client, call, units, answers));
    } catch {
      return 'failed';
    }
  }
}

function unavailable(drafts: readonly unknown[]): CommitOutcome[] {
  return drafts.map(() => ({ outcome: 'unavailable' }));
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
