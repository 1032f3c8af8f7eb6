import type { ConversationId } from '#contracts/primitives.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head, KnownMessage } from '../draft.js';
import { clientKeyOf, type TrackedEntry, type LogState } from './log-state.js';

/** The outcome of a group of units, before it is written. */
export interface Plan {
  readonly outcomes: CommitOutcome[][];
  readonly entries: readonly TrackedEntry[];
  /** The heads after the group. */
  readonly heads: ReadonlyMap<ConversationId, Head>;
  /** The messages that memory knows under the drafts' client ids, by client key. */
  readonly knownInMemory: ReadonlyMap<string, KnownMessage>;
  /** The drafts with a client id that memory does not know: it has to be looked up in storage. */
  readonly toLookUp: readonly Draft[];
}

/** Messages that were found in storage, by client key. */
export type StoredMessages = ReadonlyMap<string, KnownMessage>;

/** Assigns numbers to the drafts of the group that is to be written at `position`, without changing `state`. */
export function planGroup(state: LogState, units: readonly (readonly Draft[])[], position: number, stored: StoredMessages): Plan {
  const planner = new GroupPlanner(state, position, stored);
  const outcomes = units.map((unit) => planner.planUnit(unit));
  const { entries, heads, knownInMemory, toLookUp } = planner;
  return { outcomes, entries, heads, knownInMemory, toLookUp };
}

interface CheckedDraft {
  readonly draft: Draft;
  readonly clientKey: string | null;
  /** Undefined if the draft can be numbered. */
  readonly outcome: CommitOutcome | undefined;
}

class GroupPlanner {
  readonly heads = new Map<ConversationId, Head>();
  readonly entries: TrackedEntry[] = [];
  readonly knownInMemory = new Map<string, KnownMessage>();
  readonly toLookUp: Draft[] = [];

  constructor(
    private readonly state: LogState,
    private readonly position: number,
    private readonly stored: StoredMessages,
  ) {}

  /** Numbers all new drafts of the unit, or none. */
  planUnit(unit: readonly Draft[]): CommitOutcome[] {
    const checked = unit.map((draft) => this.checkDraft(draft));
    const isRefused = checked.some(({ outcome }) => outcome !== undefined && outcome.outcome !== 'replayed');
    return checked.map((one) => one.outcome ?? (isRefused ? { outcome: 'refused' } : this.assignNumbers(one)));
  }

  private checkDraft(draft: Draft): CheckedDraft {
    const clientKey = clientKeyOf(draft);
    const known = clientKey === null ? undefined : this.known(draft, clientKey);
    return { draft, clientKey, outcome: outcomeWithoutNumbers(draft, known, this.head(draft.conversationId)) };
  }

  private known(draft: Draft, clientKey: string): KnownMessage | undefined {
    const known = this.state.findMessage(clientKey);
    if (known === undefined) this.toLookUp.push(draft);
    else this.knownInMemory.set(clientKey, known);
    return known ?? this.stored.get(clientKey);
  }

  private head(id: ConversationId): Head | undefined {
    return this.heads.get(id) ?? this.state.findHead(id);
  }

  private assignNumbers({ draft, clientKey }: CheckedDraft): CommitOutcome {
    const { conversationId, kind, actorId, clientId, bodyHash, at, body } = draft;
    const head = this.head(conversationId) ?? { seq: 0, rev: 0 };
    const next = { seq: head.seq + (draft.takesSeq ? 1 : 0), rev: head.rev + 1 };
    const seq = draft.takesSeq ? next.seq : null;
    this.heads.set(conversationId, next);
    this.entries.push({
      conversationId,
      rev: next.rev,
      seq,
      kind,
      actorId,
      clientId,
      bodyHash,
      at,
      body,
      isParked: false,
      clientKey,
      shard: this.state.shardOf(conversationId),
      position: this.position,
    });
    return { outcome: 'committed', seq, rev: next.rev };
  }
}

function outcomeWithoutNumbers(draft: Draft, known: KnownMessage | undefined, head: Head | undefined): CommitOutcome | undefined {
  if (head === undefined) return { outcome: 'unknown' };
  if (known !== undefined)
    return sameHash(known.bodyHash, draft.bodyHash)
      ? { outcome: 'replayed', seq: known.seq, rev: known.rev }
      : { outcome: 'conflict', seq: known.seq };
  return draft.replyTo !== null && draft.replyTo > head.seq ? { outcome: 'replyNotFound' } : undefined;
}

function sameHash(known: Buffer | null, other: Buffer | null): boolean {
  return known !== null && other !== null && known.equals(other);
}
