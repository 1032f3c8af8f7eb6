import type { ClientId, ConversationId, UserId } from '#contracts/primitives.js';
import type { Head, KnownMessage, LogEntry } from '../draft.js';
import { ConversationWindow } from './conversation-window.js';

/** A pending entry with its client key, shard and group, kept in one object so that memory holds each of them once. */
export interface TrackedEntry extends LogEntry {
  readonly clientKey: string | null;
  readonly shard: number;
  /** The position of its group in the log table. */
  readonly position: number;
}

/**
 * The log's state in memory: heads, pending entries, outboxes. Pure and synchronous: it changes only after the table has changed,
 * and can be rebuilt from the table at any time.
 */
export class LogState {
  private readonly heads = new Map<ConversationId, Head>();
  private readonly windows = new Map<ConversationId, ConversationWindow<TrackedEntry>>();
  private readonly clientIds = new Map<string, LogEntry>();
  private readonly outboxes = new Map<number, Set<TrackedEntry>>();
  private readonly parkedEntries = new Map<ConversationId, LogEntry[]>();
  private readonly groupSizes = new Map<number, number>();

  constructor(readonly shardOf: (id: ConversationId) => number) {}

  findHead(id: ConversationId): Head | undefined {
    return this.heads.get(id);
  }

  /** Adds a head that was read from storage. A head that is already known is newer and stays. */
  learnHead(id: ConversationId, head: Head): void {
    if (!this.heads.has(id)) this.heads.set(id, head);
  }

  /** An entry of the group at `position` in the form that `addGroup` takes. */
  trackEntry(entry: LogEntry, position: number): TrackedEntry {
    return { ...entry, clientKey: clientKeyOf(entry), shard: this.shardOf(entry.conversationId), position };
  }

  /** Adds the written entries of one group, and the heads after them. */
  addGroup(entries: readonly TrackedEntry[], heads: ReadonlyMap<ConversationId, Head>, position: number): void {
    for (const entry of entries) this.place(entry);
    for (const [id, head] of heads) this.heads.set(id, head);
    this.groupSizes.set(position, entries.length);
  }

  /** Adds a parked entry: its client id is known, and it is in no outbox. */
  addParkedEntry(entry: LogEntry): void {
    const parked = [...this.listParked(entry.conversationId), { ...entry, isParked: true }];
    this.parkedEntries.set(
      entry.conversationId,
      parked.sort((a, b) => a.rev - b.rev),
    );
    const key = clientKeyOf(entry);
    if (key !== null) this.clientIds.set(key, entry);
  }

  /** Removes entries and returns the positions of the groups that are now empty. Skips entries whose state has changed since they were read. */
  removeEntries(entries: readonly Pick<LogEntry, 'conversationId' | 'rev' | 'isParked'>[]): number[] {
    const emptied: number[] = [];
    for (const { conversationId, rev, isParked } of entries) {
      const entry = this.windows.get(conversationId)?.get(rev);
      if (isParked) this.dropParked(conversationId, rev);
      else if (entry !== undefined) emptied.push(...this.drop(entry));
    }
    return emptied;
  }

  /** Parks an entry; returns the position of its group if the group is now empty. */
  parkEntry(conversationId: ConversationId, rev: number): number[] {
    const entry = this.windows.get(conversationId)?.get(rev);
    if (entry === undefined) return [];
    const emptied = this.drop(entry);
    this.addParkedEntry(entry);
    return emptied;
  }

  /** The parked entries of a conversation in `rev` order. */
  listParked(id: ConversationId): readonly LogEntry[] {
    return this.parkedEntries.get(id) ?? [];
  }

  findWindow(id: ConversationId): ConversationWindow<LogEntry> | undefined {
    return this.windows.get(id);
  }

  listOutbox(shard: number): ReadonlySet<LogEntry> {
    return this.outboxes.get(shard) ?? new Set();
  }

  shardsWithWork(): number[] {
    return [...this.outboxes].filter(([, entries]) => entries.size > 0).map(([shard]) => shard);
  }

  /** The number of entries in all outboxes. */
  get outboxSize(): number {
    return [...this.outboxes.values()].reduce((sum, entries) => sum + entries.size, 0);
  }

  /** The message that memory knows under a client key. */
  findMessage(clientKey: string): KnownMessage | undefined {
    return this.clientIds.get(clientKey);
  }

  /** Forgets the heads of conversations without pending or parked entries, because storage has them. */
  forgetIdleHeads(): void {
    for (const id of this.heads.keys()) if (!this.windows.has(id) && !this.parkedEntries.has(id)) this.heads.delete(id);
  }

  get headCount(): number {
    return this.heads.size;
  }

  private place(entry: TrackedEntry): void {
    const { conversationId, shard } = entry;
    const window = this.windows.get(conversationId) ?? new ConversationWindow();
    if (window.size === 0) this.windows.set(conversationId, window);
    window.add(entry);
    if (entry.clientKey !== null) this.clientIds.set(entry.clientKey, entry);
    const outbox = this.outboxes.get(shard);
    if (outbox === undefined) this.outboxes.set(shard, new Set([entry]));
    else outbox.add(entry);
  }

  private drop(entry: TrackedEntry): number[] {
    const { conversationId, rev, clientKey, shard, position } = entry;
    const window = this.windows.get(conversationId);
    window?.remove(rev);
    if (window?.size === 0) this.windows.delete(conversationId);
    if (clientKey !== null) this.clientIds.delete(clientKey);
    this.outboxes.get(shard)?.delete(entry);
    return this.shrink(position);
  }

  private dropParked(conversationId: ConversationId, rev: number): void {
    const left = this.listParked(conversationId).filter((entry) => entry.rev !== rev);
    for (const entry of this.listParked(conversationId)) {
      const key = clientKeyOf(entry);
      if (entry.rev === rev && key !== null) this.clientIds.delete(key);
    }
    if (left.length > 0) this.parkedEntries.set(conversationId, left);
    else this.parkedEntries.delete(conversationId);
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

/** Identifies a client id together with its conversation and sender. */
export function clientKey(conversationId: ConversationId, actorId: UserId, clientId: ClientId): string {
  return `${conversationId} ${actorId} ${clientId}`;
}

/** The client key of a draft or an entry; null without a client id. */
export function clientKeyOf({
  conversationId,
  actorId,
  clientId,
}: Pick<LogEntry, 'conversationId' | 'actorId' | 'clientId'>): string | null {
  return clientId === null ? null : clientKey(conversationId, actorId, clientId);
}
