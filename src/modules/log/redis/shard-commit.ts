import type { ConversationId } from '../../../../contracts/primitives.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head } from '../draft.js';
import { clientField, type ClientKey, isRemembered, settledPlace, writePlace } from './client-memory.js';
import { decodeTexts, inGroups } from './decode-replies.js';
import { numberDraft, writeDraft } from './entry-codec.js';
import type { LogKeys } from './log-keys.js';
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
  readonly shard: number;
  readonly epoch: string;
  readonly since: number;
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

const codes = new Set<string>(['committed', 'replayed', 'conflict', 'replyNotFound', 'unknown', 'refused']);

/** The client ids of which storage has to be asked before the commit. */
export function idsToAskFor(drafts: readonly Draft[], since: number, now: number): ClientKey[] {
  return drafts.flatMap((draft) => {
    const key = clientKeyOf(draft);
    return key === undefined || isRemembered(key.clientId, since, now) ? [] : [key];
  });
}

/** Runs the commit script for the units of one shard. Repeating the call is harmless. */
export async function commitShard(
  client: RedisClient,
  call: ShardCall,
  units: readonly (readonly Draft[])[],
  answers: StorageAnswers,
  now: number,
): Promise<ShardAnswer | ShardRefusal> {
  const ids = [...new Set(units.flat().map((draft) => draft.conversationId))];
  const places = new Map(ids.map((id, place) => [id, place + 1]));
  const settled = new SettledKeys(call, now, 3 + ids.length * 5);
  const texts = units.map((unit) => unit.map(writeDraft));
  const drafts = units.flatMap((unit, number) =>
    unit.map((draft, index) => [...draftArguments(draft, number, places, settled, answers), texts[number]?.[index] ?? '']),
  );
  const heads = ids.flatMap((id) => {
    const head = answers.heads.get(id);
    return [id, head?.seq ?? '', head?.rev ?? '', answers.askedAt];
  });
  const { keys, epoch, node, number } = call;
  const reply = decodeTexts(
    await commitScript.run(
      client,
      [keys.meta, keys.outbox, keys.call(node), ...ids.flatMap((id) => keys.ofConversation(id)), ...settled.keys],
      [epoch, number, ids.length, drafts.length, ...heads, ...drafts.flat()],
    ),
  );
  const [status, at, before, ...rest] = reply;
  if (status === 'epoch' || status === 'restarted' || status === 'closed' || status === 'stale') return status;
  if (status !== 'ok') throw new Error('the commit script gave an answer that nobody knows');
  return answerOf(call.shard, units, texts.flat(), rest, Number(at), Number(before));
}

function answerOf(
  shard: number,
  units: ReadonlyArray<readonly Draft[]>,
  texts: readonly string[],
  rest: readonly string[],
  at: number,
  before: number,
): ShardAnswer {
  const verdicts = inGroups(rest, 3);
  const committed: RecentCommit[] = [];
  let place = 0;
  const outcomes = units.map((unit) =>
    unit.map((draft) => {
      const [verdict = [], text = ''] = [verdicts[place], texts[place]];
      const outcome = outcomeOf(draft, verdict);
      place += 1;
      if (outcome.outcome !== 'committed') return outcome;
      const numbers = { rev: outcome.rev, seq: Number(verdict[1]), position: before + committed.length + 1 };
      committed.push(recentCommit(shard, draft, text, numbers));
      return outcome;
    }),
  );
  return { outcomes, at, position: before + committed.length, committed };
}

function recentCommit(shard: number, draft: Draft, text: string, numbers: Pick<RecentCommit, 'rev' | 'seq' | 'position'>): RecentCommit {
  const { conversationId, takesSeq, actorId, clientId, bodyHash } = draft;
  return {
    ...numbers,
    conversationId,
    shard,
    takesSeq,
    clientField: clientField(actorId, clientId),
    place: writePlace(numbers.seq, numbers.rev, bodyHash),
    entry: numberDraft(text, takesSeq, numbers.rev, numbers.seq),
  };
}

function outcomeOf(draft: Draft, [code = '', seqText = '', revText = '']: readonly string[]): CommitOutcome {
  if (!codes.has(code)) throw new Error('the commit script gave an outcome that nobody knows');
  const rev = Number(revText);
  if (code === 'committed') return { outcome: 'committed', seq: draft.takesSeq ? Number(seqText) : null, rev };
  if (code === 'replayed') return { outcome: 'replayed', seq: Number(seqText), rev };
  if (code === 'conflict') return { outcome: 'conflict', seq: Number(seqText) };
  return { outcome: code === 'replyNotFound' || code === 'unknown' ? code : 'refused' };
}

/** The keys in which a call looks for settled client ids, each named once. */
class SettledKeys {
  readonly keys: string[] = [];
  private readonly places = new Map<string, number>();

  constructor(
    private readonly call: ShardCall,
    private readonly now: number,
    private readonly before: number,
  ) {}

  /** Number of the key among all of the script's, and the field in it. */
  placeOf(key: ClientKey): [number, string] {
    const settled = settledPlace(this.call.keys, key, this.call.since, this.now);
    let place = this.places.get(settled.key);
    if (place === undefined) {
      this.keys.push(settled.key);
      place = this.before + this.keys.length;
      this.places.set(settled.key, place);
    }
    return [place, settled.field];
  }
}

function draftArguments(
  draft: Draft,
  unit: number,
  places: ReadonlyMap<ConversationId, number>,
  settled: SettledKeys,
  answers: StorageAnswers,
): Array<string | number> {
  const key = clientKeyOf(draft);
  const [settledKey, settledField] = key === undefined ? [0, ''] : settled.placeOf(key);
  return [
    unit,
    places.get(draft.conversationId) ?? 0,
    draft.takesSeq ? 1 : 0,
    clientField(draft.actorId, draft.clientId),
    draft.bodyHash?.toString('base64') ?? '',
    draft.replyTo ?? 0,
    key === undefined ? '' : (answers.places.get(keyText(key)) ?? ''),
    settledKey,
    settledField,
  ];
}

function clientKeyOf({ conversationId, actorId, clientId }: Draft): ClientKey | undefined {
  return clientId === null ? undefined : { conversationId, actorId, clientId };
}
