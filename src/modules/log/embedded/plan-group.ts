import type { ConversationId } from '#contracts/primitives.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head } from '../draft.js';
import { clientKeyOf, type HeldEntry, type KnownMessage, type LogState } from './log-state.js';

/** What a group of units will become, before it is written. */
export interface Plan {
  readonly outcomes: CommitOutcome[][];
  readonly entries: readonly HeldEntry[];
  /** The heads as they will be. */
  readonly heads: ReadonlyMap<ConversationId, Head>;
  /** What memory knows of the drafts' client ids, by client key. */
  readonly remembered: ReadonlyMap<string, KnownMessage>;
  /** The drafts with a client id that memory does not know: storage has to be asked. */
  readonly asked: readonly Draft[];
}

/** Messages that storage was found to have, by client key. */
export type Stored = ReadonlyMap<string, KnownMessage>;

/** Numbers the drafts of a group that will have this position, without changing anything. */
export function planGroup(state: LogState, units: readonly (readonly Draft[])[], position: number, stored: Stored): Plan {
  const planning = new Planning(state, position, stored);
  const outcomes = units.map((unit) => planning.take(unit));
  const { entries, heads, remembered, asked } = planning;
  return { outcomes, entries, heads, remembered, asked };
}

interface Judged {
  readonly draft: Draft;
  readonly clientKey: string | null;
  /** Undefined where nothing is against numbering it. */
  readonly verdict: CommitOutcome | undefined;
}

class Planning {
  readonly heads = new Map<ConversationId, Head>();
  readonly entries: HeldEntry[] = [];
  readonly remembered = new Map<string, KnownMessage>();
  readonly asked: Draft[] = [];

  constructor(
    private readonly state: LogState,
    private readonly position: number,
    private readonly stored: Stored,
  ) {}

  /** All of the unit's drafts are numbered, or none that is new. */
  take(unit: readonly Draft[]): CommitOutcome[] {
    const judged = unit.map((draft) => this.judge(draft));
    const isRefused = judged.some(({ verdict }) => verdict !== undefined && verdict.outcome !== 'replayed');
    return judged.map((one) => one.verdict ?? (isRefused ? { outcome: 'refused' } : this.number(one)));
  }

  private judge(draft: Draft): Judged {
    const clientKey = clientKeyOf(draft);
    const known = clientKey === null ? undefined : this.known(draft, clientKey);
    return { draft, clientKey, verdict: verdictOn(draft, known, this.head(draft.conversationId)) };
  }

  private known(draft: Draft, clientKey: string): KnownMessage | undefined {
    const known = this.state.known(clientKey);
    if (known === undefined) this.asked.push(draft);
    else this.remembered.set(clientKey, known);
    return known ?? this.stored.get(clientKey);
  }

  private head(id: ConversationId): Head | undefined {
    return this.heads.get(id) ?? this.state.head(id);
  }

  private number({ draft, clientKey }: Judged): CommitOutcome {
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

function verdictOn(draft: Draft, known: KnownMessage | undefined, head: Head | undefined): CommitOutcome | undefined {
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
