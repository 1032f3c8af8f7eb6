import type { ConversationId } from '#contracts/primitives.js';
import type { CommitOutcome } from '../../../src/modules/log/conversation-log.js';
import type { Draft, Head, LogEntry } from '../../../src/modules/log/draft.js';

type Stage = 'pending' | 'parked' | 'settled';

export interface ModelEntry {
  readonly draft: Draft;
  readonly seq: number | null;
  readonly rev: number;
  /** Number of the call that committed the entry. */
  readonly call: number;
  stage: Stage;
}

/** The semantics of the log in a few lines without storage. Every adapter is compared with it. */
export class LogModel {
  private readonly conversations = new Map<ConversationId, ModelEntry[]>();
  private readonly heads = new Map<ConversationId, Head>();
  private readonly inCommitOrder: ModelEntry[] = [];
  private calls = 0;

  add(id: ConversationId): void {
    this.conversations.set(id, []);
    this.heads.set(id, { seq: 0, rev: 1 });
  }

  commit(units: readonly (readonly Draft[])[]): CommitOutcome[][] {
    return units.map((unit) => this.commitUnit(unit));
  }

  head(id: ConversationId): Head | undefined {
    return this.heads.get(id);
  }

  /** The messages that a client could repeat. */
  messages(id: ConversationId): ModelEntry[] {
    return (this.conversations.get(id) ?? []).filter((entry) => entry.seq !== null);
  }

  entries(id: ConversationId, ...stages: readonly Stage[]): ModelEntry[] {
    return (this.conversations.get(id) ?? []).filter((entry) => stages.includes(entry.stage));
  }

  /** Ordered by call. Within a call the conversations may come in any order; entries of one conversation are in rev order. */
  outbox(isOfShard: (id: ConversationId) => boolean): ModelEntry[] {
    return this.inCommitOrder.filter((entry) => entry.stage === 'pending' && isOfShard(entry.draft.conversationId));
  }

  move(entries: ReadonlyArray<Pick<LogEntry, 'conversationId' | 'rev'>>, stage: Stage): void {
    for (const { conversationId, rev } of entries) {
      for (const entry of this.conversations.get(conversationId) ?? []) if (entry.rev === rev) entry.stage = stage;
    }
  }

  private commitUnit(unit: readonly Draft[]): CommitOutcome[] {
    const verdicts = unit.map((draft) => this.judge(draft));
    const isRefused = verdicts.some((verdict) => verdict !== undefined && verdict.outcome !== 'replayed');
    return unit.map((draft, index) => verdicts[index] ?? (isRefused ? { outcome: 'refused' } : this.append(draft)));
  }

  private judge(draft: Draft): CommitOutcome | undefined {
    const head = this.heads.get(draft.conversationId);
    if (head === undefined) return { outcome: 'unknown' };
    const known = this.messages(draft.conversationId).find(
      ({ draft: first }) => draft.clientId !== null && first.clientId === draft.clientId && first.actorId === draft.actorId,
    );
    if (known === undefined) return draft.replyTo !== null && draft.replyTo > head.seq ? { outcome: 'replyNotFound' } : undefined;
    const isSame = draft.bodyHash !== null && known.draft.bodyHash?.equals(draft.bodyHash) === true;
    return isSame ? { outcome: 'replayed', seq: known.seq, rev: known.rev } : { outcome: 'conflict', seq: known.seq };
  }

  private append(draft: Draft): CommitOutcome {
    const head = this.heads.get(draft.conversationId) ?? { seq: 0, rev: 1 };
    const next = { seq: head.seq + (draft.takesSeq ? 1 : 0), rev: head.rev + 1 };
    const entry: ModelEntry = { draft, seq: draft.takesSeq ? next.seq : null, rev: next.rev, call: this.calls, stage: 'pending' };
    this.heads.set(draft.conversationId, next);
    this.conversations.get(draft.conversationId)?.push(entry);
    this.inCommitOrder.push(entry);
    return { outcome: 'committed', seq: entry.seq, rev: entry.rev };
  }
}
