import type { ConversationId } from '#contracts/primitives.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Head } from '../draft.js';
import { decodeTexts } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import type { PreparedDraft } from './prepare-draft.js';
import type { RecentCommit } from './recent-commits.js';
import { commitScript } from './scripts/commit.lua.js';
import { keyText } from './log-storage.js';

/** Why a shard refused its part of a commit. */
export type ShardRefusal = 'epoch' | 'restarted' | 'closed' | 'stale';

/** What was read from storage for one call. */
export interface StorageAnswers {
  /** Heads that Redis did not have, and Redis' time in ms when it reported them missing. */
  readonly heads: ReadonlyMap<ConversationId, Head>;
  readonly askedAt: number;
  /** Places of the client ids that the log may have forgotten, by `keyText`. */
  readonly places: ReadonlyMap<string, string>;
}

/** Identifies one call of the commit script, so that a retry can be recognized. */
export interface CommitCall {
  readonly epoch: string;
  /** Identifies the calling node. `number` rises with each of its calls. */
  readonly node: string;
  readonly number: number;
}

/** The units that a call commits in one shard. */
export interface ShardUnits {
  readonly keys: LogKeys;
  readonly units: ReadonlyArray<readonly PreparedDraft[]>;
  readonly answers: StorageAnswers;
}

/** What a shard committed. */
export interface ShardAnswer {
  readonly outcomes: CommitOutcome[][];
  /** Redis' time in ms at the commit. */
  readonly at: number;
  /** The newest position of the shard. */
  readonly position: number;
  readonly committed: readonly RecentCommit[];
}

/** Runs the commit script for some shards and returns an answer per shard. Repeating the call is harmless. */
export async function commitShards(
  client: RedisClient,
  { epoch, node, number }: CommitCall,
  shards: readonly ShardUnits[],
): Promise<Array<ShardAnswer | ShardRefusal>> {
  const keys: string[] = [];
  const args: Array<string | number> = [epoch, number];
  for (const shard of shards) addShard(shard, node, keys, args);
  const replies = decodeTexts(await commitScript.runScript(client, keys, args));
  return shards.map(({ units }, place) => answerOf(units, replies[place] ?? ''));
}

function addShard({ keys, units, answers }: ShardUnits, node: string, scriptKeys: string[], args: Array<string | number>): void {
  const hours: number[] = [];
  const drafts: string[] = [];
  for (const unit of units) {
    for (const [place, draft] of unit.entries()) {
      const stored = draft.unsure === undefined ? '' : (answers.places.get(keyText(draft.unsure)) ?? '');
      drafts.push(draft.conversationId, kindOf(draft, place === 0, hours), draft.hash, draft.digest, stored, draft.text);
    }
  }
  const heads = headsFor(units, answers);
  scriptKeys.push(keys.meta, ...keys.ofEntries, keys.call(node), ...hours.map((hour) => keys.idsOfHour(hour)));
  args.push(keys.prefix, answers.askedAt, heads.length, hours.length, drafts.length / argumentsPerDraft, ...heads, ...drafts);
}

/** A draft's kind, in the format of the script's header. Adds a new hour to `hours`. */
function kindOf(draft: PreparedDraft, isFirst: boolean, hours: number[]): string {
  const { takesSeq, replyTo, isKept, unsure } = draft;
  return `${isFirst ? 1 : 0} ${takesSeq ? 1 : 0} ${replyTo} ${hourPlace(draft, hours)} ${isKept ? 1 : 0} ${unsure === undefined ? 1 : 0}`;
}

/** The number of the draft's hour in `hours`, from 1; most calls have a single hour. */
function hourPlace({ hour }: PreparedDraft, hours: number[]): number {
  if (hour === 0) return 0;
  const known = hours.indexOf(hour);
  return known < 0 ? hours.push(hour) : known + 1;
}

function headsFor(units: ReadonlyArray<readonly PreparedDraft[]>, { heads }: StorageAnswers): string[] {
  if (heads.size === 0) return [];
  const ids = new Set(units.flat().map(({ conversationId }) => conversationId));
  return [...ids].flatMap((id) => {
    const head = heads.get(id);
    return head === undefined ? [] : [`${id} ${head.seq} ${head.rev}`];
  });
}

const argumentsPerDraft = 6;
const wordsBefore = 3;
const wordsPerDraft = 3;

/** Decodes a shard's reply: 'ok', time, position before, then outcome, seq and rev of each draft; or a refusal as a single word. */
function answerOf(units: ReadonlyArray<readonly PreparedDraft[]>, reply: string): ShardAnswer | ShardRefusal {
  const words = reply.split(' ');
  const [status] = words;
  if (status === 'epoch' || status === 'restarted' || status === 'closed' || status === 'stale') return status;
  if (status !== 'ok') throw new Error('the commit script returned an unknown answer');
  const before = Number(words[2]);
  const committed: RecentCommit[] = [];
  let place = wordsBefore;
  const outcomes = units.map((unit) =>
    unit.map((prepared) => {
      const [seq, rev] = [Number(words[place + 1]), Number(words[place + 2])];
      const outcome = outcomeOf(prepared, words[place], seq, rev);
      place += wordsPerDraft;
      if (outcome.outcome === 'committed') committed.push({ prepared, rev, seq, position: before + committed.length + 1 });
      return outcome;
    }),
  );
  return { outcomes, at: Number(words[1]), position: before + committed.length, committed };
}

function outcomeOf({ takesSeq }: PreparedDraft, code: string | undefined, seq: number, rev: number): CommitOutcome {
  if (code === 'committed') return { outcome: 'committed', seq: takesSeq ? seq : null, rev };
  if (code === 'replayed') return { outcome: 'replayed', seq, rev };
  if (code === 'conflict') return { outcome: 'conflict', seq };
  if (code === 'replyNotFound' || code === 'unknown' || code === 'refused') return { outcome: code };
  throw new Error('the commit script returned an unknown outcome');
}
