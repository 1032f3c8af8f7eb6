import type { ConversationId, UserId } from '../../../../contracts/primitives.js';
import type { CommitOutcome } from '../conversation-log.js';
import type { Draft, Head, LogEntry } from '../draft.js';
import { ConversationWindow } from './conversation-window.js';

/** A message that storage has under a client id. */
export interface KnownMessage {
  readonly seq: number | null;
  readonly rev: number;
  readonly bodyHash: Buffer | null;
}

/** What a group of units will become, before it is written. */
export interface Plan {
  readonly outcomes: CommitOutcome[][];
  readonly entries: readonly LogEntry[];
  /** The heads as they will be. */
  readonly heads: ReadonlyMap<ConversationId, Head>;
}

interface Place {
  readonly shard: number;
  /** The group of the log table that holds it. */
  readonly position: number;
}

/**
 * What the log knows, in memory: heads, pending entries, outboxes. Pure and synchronous: it is written only after the table
 * was, and can be rebuilt from it at any time.
 */
export class LogState {
  private readonly heads = new Map<ConversationId, Head>();
  private readonly windows = new Map<ConversationId, ConversationWindow>();
  private readonly clientIds = new Map<string, KnownMessage>();
  private readonly outboxes = new Map<number, Set<LogEntry>>();
  private readonly places = new Map<LogEntry, Place>();
  private readonly parkedEntries = new Map<ConversationId, LogEntry[]>();
  private readonly groupSizes = new Map<number, number>();

  head(id: ConversationId): Head | undefined {
    return this.heads.get(id);
  }

  /** Takes a head over from storage. One that is known already is newer. */
  learnHead(id: ConversationId, head: Head): void {
    if (!this.heads.has(id)) this.heads.set(id, head);
  }

  /** Numbers the drafts without changing anything. `stored`: messages that storage was found to have, by client key. */
  plan(units: readonly (readonly Draft[])[], stored: ReadonlyMap<string, KnownMessage>): Plan {
    const heads = new Map<ConversationId, Head>();
    const entries: LogEntry[] = [];
    const outcomes = units.map((unit) => {
      const verdicts = unit.map((draft) =>
        this.judge(draft, heads.get(draft.conversationId) ?? this.heads.get(draft.conversationId), stored),
      );
      const isRefused = verdicts.some((verdict) => verdict !== undefined && verdict.outcome !== 'replayed');
      return unit.map((draft, index): CommitOutcome => {
        const verdict = verdicts[index];
        if (verdict !== undefined) return verdict;
        if (isRefused) return { outcome: 'refused' };
        const entry = this.number(draft, heads);
        entries.push(entry);
        return { outcome: 'committed', seq: entry.seq, rev: entry.rev };
      });
    });
    return { outcomes, entries, heads };
  }

  /** Takes written entries in, and the heads they lead to. */
  add(
    entries: readonly LogEntry[],
    heads: ReadonlyMap<ConversationId, Head>,
    position: number,
    shardOf: (id: ConversationId) => number,
  ): void {
    for (const entry of entries) this.place(entry, { shard: shardOf(entry.conversationId), position });
    for (const [id, head] of heads) this.heads.set(id, head);
    this.groupSizes.set(position, entries.length);
  }

  /** Takes in an entry that is set aside: known by its client id, in no outbox. */
  addParked(entry: LogEntry): void {
    const parked = [...this.parkedIn(entry.conversationId), { ...entry, isParked: true }];
    this.parkedEntries.set(
      entry.conversationId,
      parked.sort((a, b) => a.rev - b.rev),
    );
    this.remember(entry);
  }

  /** Lets entries go, each in the state it was read in; answers the groups that hold nothing any more. Others are passed over. */
  remove(entries: readonly Pick<LogEntry, 'conversationId' | 'rev' | 'isParked'>[]): number[] {
    const emptied: number[] = [];
    for (const { conversationId, rev, isParked } of entries) {
      const entry = this.windows.get(conversationId)?.get(rev);
      if (isParked) this.dropParked(conversationId, rev);
      else if (entry !== undefined) emptied.push(...this.drop(entry));
    }
    return emptied;
  }

  /** Sets an entry aside; answers its group when that holds nothing any more. */
  park(conversationId: ConversationId, rev: number): number[] {
    const entry = this.windows.get(conversationId)?.get(rev);
    if (entry === undefined) return [];
    const emptied = this.drop(entry);
    this.addParked(entry);
    return emptied;
  }

  /** The entries of a conversation that are set aside, by `rev`. */
  parkedIn(id: ConversationId): readonly LogEntry[] {
    return this.parkedEntries.get(id) ?? [];
  }

  window(id: ConversationId): ConversationWindow | undefined {
    return this.windows.get(id);
  }

  outbox(shard: number): ReadonlySet<LogEntry> {
    return this.outboxes.get(shard) ?? new Set();
  }

  shardsWithWork(): number[] {
    return [...this.outboxes].filter(([, entries]) => entries.size > 0).map(([shard]) => shard);
  }

  /** Entries in all outboxes. */
  get waiting(): number {
    return [...this.outboxes.values()].reduce((sum, entries) => sum + entries.size, 0);
  }

  /** What is known of a client id without storage. */
  known(draft: Draft): KnownMessage | undefined {
    return draft.clientId === null ? undefined : this.clientIds.get(clientKey(draft.conversationId, draft.actorId, draft.clientId));
  }

  /** What is known of these drafts' client ids without storage, by client key. */
  knownAmong(drafts: readonly Draft[]): Map<string, KnownMessage> {
    return new Map(
      drafts.flatMap((draft) => {
        const known = this.known(draft);
        if (known === undefined || draft.clientId === null) return [];
        return [[clientKey(draft.conversationId, draft.actorId, draft.clientId), known] as const];
      }),
    );
  }

  /** Forgets heads of conversations without pending or parked entries: storage has them. */
  forgetIdleHeads(): void {
    for (const id of this.heads.keys()) if (!this.windows.has(id) && !this.parkedEntries.has(id)) this.heads.delete(id);
  }

  get headCount(): number {
    return this.heads.size;
  }

  private judge(draft: Draft, head: Head | undefined, stored: ReadonlyMap<string, KnownMessage>): CommitOutcome | undefined {
    if (head === undefined) return { outcome: 'unknown' };
    const known =
      draft.clientId === null
        ? undefined
        : (this.known(draft) ?? stored.get(clientKey(draft.conversationId, draft.actorId, draft.clientId)));
    if (known !== undefined)
      return sameHash(known.bodyHash, draft.bodyHash)
        ? { outcome: 'replayed', seq: known.seq, rev: known.rev }
        : { outcome: 'conflict', seq: known.seq };
    return draft.replyTo !== null && draft.replyTo > head.seq ? { outcome: 'replyNotFound' } : undefined;
  }

  private number(draft: Draft, heads: Map<ConversationId, Head>): LogEntry {
    const { conversationId, kind, actorId, clientId, bodyHash, at, body } = draft;
    const head = heads.get(conversationId) ?? this.heads.get(conversationId) ?? { seq: 0, rev: 0 };
    const next = { seq: head.seq + (draft.takesSeq ? 1 : 0), rev: head.rev + 1 };
    heads.set(conversationId, next);
    return {
      conversationId,
      rev: next.rev,
      seq: draft.takesSeq ? next.seq : null,
      kind,
      actorId,
      clientId,
      bodyHash,
      at,
      body,
      isParked: false,
    };
  }

  private place(entry: LogEntry, place: Place): void {
    const { conversationId } = entry;
    const window = this.windows.get(conversationId) ?? new ConversationWindow();
    this.windows.set(conversationId, window);
    window.add(entry);
    this.places.set(entry, place);
    this.remember(entry);
    const outbox = this.outboxes.get(place.shard) ?? new Set();
    this.outboxes.set(place.shard, outbox.add(entry));
  }

  private drop(entry: LogEntry): number[] {
    const { conversationId, rev } = entry;
    const window = this.windows.get(conversationId);
    window?.remove(rev);
    if (window?.size === 0) this.windows.delete(conversationId);
    this.forgetClientId(entry);
    const place = this.places.get(entry);
    this.places.delete(entry);
    if (place === undefined) return [];
    this.outboxes.get(place.shard)?.delete(entry);
    return this.shrink(place.position);
  }

  private dropParked(conversationId: ConversationId, rev: number): void {
    const left = this.parkedIn(conversationId).filter((entry) => entry.rev !== rev);
    for (const entry of this.parkedIn(conversationId)) if (entry.rev === rev) this.forgetClientId(entry);
    if (left.length > 0) this.parkedEntries.set(conversationId, left);
    else this.parkedEntries.delete(conversationId);
  }

  private remember({ conversationId, actorId, clientId, seq, rev, bodyHash }: LogEntry): void {
    if (clientId !== null) this.clientIds.set(clientKey(conversationId, actorId, clientId), { seq, rev, bodyHash });
  }

  private forgetClientId({ conversationId, actorId, clientId }: LogEntry): void {
    if (clientId !== null) this.clientIds.delete(clientKey(conversationId, actorId, clientId));
  }

  private shrink(position: number): number[] {
    const left = (this.groupSizes.get(position) ?? 1) - 1;
    if (left > 0) {
      this.groupSizes.set(position, left);
      return [];
    }
    this.groupSizes.delete(position);
    return [position];
  }
}

/** Names a client id of a sender in a conversation. */
export function clientKey(conversationId: ConversationId, actorId: UserId, clientId: string): string {
  return `${conversationId} ${actorId} ${clientId}`;
}

function sameHash(known: Buffer | null, other: Buffer | null): boolean {
  return known !== null && other !== null && known.equals(other);
}
