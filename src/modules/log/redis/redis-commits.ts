import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft } from '../draft.js';
import type { LogKeys } from './log-keys.js';
import type { LogLife } from './log-life.js';
import type { RecentCommits } from './recent-commits.js';
import { commitShard, idsToAskFor, type ShardAnswer, type ShardRefusal, type StorageAnswers } from './shard-commit.js';
import type { LogStorage } from './storage.js';

type Units = ReadonlyArray<readonly Draft[]>;

/** After this no other attempt is made: an attempt may take two seconds, and a client waits for three. */
const lastAttemptAfterMs = 800;
const betweenAttemptsMs = 50;
const unavailable: CommitOutcome = { outcome: 'unavailable' };

/** The commit of one node: one script per shard, side by side; a shard that does not answer refuses its own units only. */
export class RedisCommits {
  private readonly node = randomBytes(9).toString('base64url');
  private number = 0;

  constructor(
    private readonly client: RedisClient,
    private readonly storage: LogStorage,
    private readonly life: LogLife,
    private readonly recent: RecentCommits,
    private readonly shards: readonly LogKeys[],
  ) {}

  /** Commits units of one shard; answers an outcome for each draft. */
  async commit(shard: number, units: Units): Promise<CommitOutcome[][]> {
    const asked = await this.askForIds(shard, units);
    const isAnswered = units.map((unit) => asked.isAnswered || idsToAskFor(unit, this.life.since(shard), asked.now).length === 0);
    const possible = units.filter((_, place) => isAnswered[place]);
    const outcomes = possible.length === 0 ? [] : await this.commitPossible(shard, possible, asked.places, asked.now);
    let taken = 0;
    return units.map((unit, place) => (isAnswered[place] ? (outcomes[taken++] ?? refused(unit)) : refused(unit)));
  }

  private async commitPossible(shard: number, units: Units, places: StorageAnswers['places'], now: number): Promise<CommitOutcome[][]> {
    const first = await this.attempt(shard, units, { heads: new Map(), askedAt: 0, places }, now);
    if (first === undefined) return units.map(refused);
    const unknown = units.flatMap((_, place) => (first.outcomes[place]?.some(({ outcome }) => outcome === 'unknown') ? [place] : []));
    if (unknown.length === 0) return first.outcomes;
    const again = unknown.flatMap((place) => units.slice(place, place + 1));
    const second = await this.withHeads(shard, again, places, first.at, now);
    return first.outcomes.map((outcomes, place) => (unknown.includes(place) ? (second[unknown.indexOf(place)] ?? outcomes) : outcomes));
  }

  /** Commits units whose conversations Redis has no head of: storage has it, or there is no such conversation. */
  private async withHeads(shard: number, units: Units, places: StorageAnswers['places'], askedAt: number, now: number): Promise<CommitOutcome[][]> {
    const ids = [...new Set(units.flat().map((draft) => draft.conversationId))];
    try {
      const heads = await this.storage.heads(ids, false);
      const answer = await this.attempt(shard, units, { heads, askedAt, places }, now);
      return answer?.outcomes ?? units.map(refused);
    } catch {
      return units.map(refused);
    }
  }

  private async askForIds(shard: number, units: Units): Promise<{ places: StorageAnswers['places']; isAnswered: boolean; now: number }> {
    const now = Date.now();
    const keys = idsToAskFor(units.flat(), this.life.since(shard), now);
    try {
      return { places: await this.storage.places(keys), isAnswered: true, now };
    } catch {
      return { places: new Map(), isAnswered: false, now };
    }
  }

  /** One call of the script, sent again under the same number while its outcome is not known. Undefined when nobody knows. */
  private async attempt(shard: number, units: Units, answers: StorageAnswers, now: number): Promise<ShardAnswer | undefined> {
    const startedAt = performance.now();
    this.number += 1;
    const number = this.number;
    for (;;) {
      const answer = await this.tryOnce(shard, number, units, answers, now);
      if (typeof answer === 'object') {
        this.note(shard, answer);
        return answer;
      }
      if (answer === 'closed' || answer === 'stale' || performance.now() - startedAt > lastAttemptAfterMs) return undefined;
      // Whatever is being looked at, the caller does not wait for it longer than for another attempt.
      await Promise.race([
        answer === 'failed' ? delay(betweenAttemptsMs) : this.life.renew().catch(() => undefined),
        delay(lastAttemptAfterMs, undefined, { ref: false }),
      ]);
      if (answer !== 'failed' && this.life.since(shard) > now) return undefined;
    }
  }

  private async tryOnce(
    shard: number,
    number: number,
    units: Units,
    answers: StorageAnswers,
    now: number,
  ): Promise<ShardAnswer | ShardRefusal | 'failed'> {
    const keys = this.shards[shard];
    if (keys === undefined) throw new Error(`the log has no shard ${shard}`);
    const call = { keys, shard, epoch: this.life.epoch, since: this.life.since(shard), node: this.node, number };
    try {
      return await commitShard(this.client, call, units, answers, now);
    } catch {
      return 'failed';
    }
  }

  private note(shard: number, answer: ShardAnswer): void {
    this.life.see(shard, answer.position);
    for (const commit of answer.committed) this.recent.add(commit);
  }
}

function refused(unit: readonly Draft[]): CommitOutcome[] {
  return unit.map(() => unavailable);
}
