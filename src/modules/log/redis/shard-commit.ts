import type { ConversationId } from '../../../../contracts/primitives.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Head } from '../draft.js';
import { decodeText } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import type { PreparedDraft } from './prepare-draft.js';
import type { RecentCommit } from './recent-commits.js';
import { commitScript } from './scripts/commit.lua.js';
import { keyText } from './storage.js';

/** Why nothing of a shard's commit was done. */
export type ShardRefusal = 'epoch' | 'restarted' | 'closed' | 'stale';

/** What storage was asked, for one call. */
export interface StorageAnswers {
  /** Heads that Redis did not have, and Redis' time in ms when it said so. */
  readonly heads: ReadonlyMap<ConversationId, Head>;
  readonly askedAt: number;
  /** Places of client ids that the log does not remember, by `keyText`. */
  readonly places: ReadonlyMap<string, string>;
}

export interface ShardCall {
  readonly keys: LogKeys;
  readonly epoch: string;
  /** Names the caller, and its calls one after the other. */
  readonly node: string;
  readonly number: number;
}

export interface ShardAnswer {
  readonly outcomes: CommitOutcome[][];
  /** Redis' time in ms. */
  readonly at: number;
  /** The newest position of the shard. */
  readonly position: number;
  readonly committed: readonly RecentCommit[];
}

/** Runs the commit script for the units of one shard. Repeating the call is harmless. */
export async function commitShard(
  client: RedisClient,
  { keys, epoch, node, number }: ShardCall,
  units: ReadonlyArray<readonly PreparedDraft[]>,
  answers: StorageAnswers,
): Promise<ShardAnswer | ShardRefusal> {
  const hours: number[] = [];
  const drafts: string[] = [];
  for (const [unit, own] of units.entries()) {
    for (const draft of own) drafts.push(lineOf(draft, unit, hours, answers), draft.text);
  }
  const heads = headsFor(units, answers);
  const scriptKeys = [keys.meta, ...keys.ofEntries, keys.call(node), ...hours.map((hour) => keys.idsOfHour(hour))];
  const args = [epoch, number, keys.prefix, answers.askedAt, heads.length, ...heads, ...drafts];
  const words = decodeText(await commitScript.run(client, scriptKeys, args)).split(' ');
  const [status] = words;
  if (status === 'epoch' || status === 'restarted' || status === 'closed' || status === 'stale') return status;
  if (status !== 'ok') throw new Error('the commit script gave an answer that nobody knows');
  return answerOf(units, words);
}

/** What the script's header says of a draft. Hours that are new are added to those of the call. */
function lineOf(draft: PreparedDraft, unit: number, hours: number[], answers: StorageAnswers): string {
  const { conversationId, takesSeq, replyTo, hash, digest, isKept, unsure } = draft;
  const stored = unsure === undefined ? '' : (answers.places.get(keyText(unsure)) ?? '');
  const flags = `${isKept ? 1 : 0} ${unsure === undefined ? 1 : 0}`;
  return `${unit} ${conversationId} ${takesSeq ? 1 : 0} ${replyTo} ${hash} ${digest} ${hourPlace(draft, hours)} ${flags} ${stored}`;
}

/** The hour's number among those of the call; most calls have one. */
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

const wordsBefore = 3;
const wordsPerDraft = 3;

/** `words`: 'ok', time, position before, then outcome, seq and rev of each draft. */
function answerOf(units: ReadonlyArray<readonly PreparedDraft[]>, words: readonly string[]): ShardAnswer {
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
  switch (code) {
    case 'committed':
      return { outcome: 'committed', seq: takesSeq ? seq : null, rev };
    case 'replayed':
      return { outcome: 'replayed', seq, rev };
    case 'conflict':
      return { outcome: 'conflict', seq };
    case 'replyNotFound':
    case 'unknown':
    case 'refused':
      return { outcome: code };
    default:
      throw new Error('the commit script gave an outcome that nobody knows');
  }
}
