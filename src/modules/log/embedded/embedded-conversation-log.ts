import type { ConversationId, UserId } from '#contracts/primitives.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import { type Backlog, type CommitOutcome, ConversationLog, type PendingMessagesRange, type PendingRange } from '../conversation-log.js';
import type { ClientKey, Draft, Head, KnownMessage, LogEntry } from '../draft.js';
import { hashShard } from '#platform/hash-shard.js';
import type { FolderMark } from './folder-mark.js';
import { clientKey, LogState } from './log-state.js';
import type { LogTable } from './log-table.js';
import { type Plan, planGroup, type StoredMessages } from './plan-group.js';

const headsMax = 200_000;
/** A single process persists its own entries, and a few large batches cost a fraction of many small ones. */
const shardsMax = 4;
/** The outbox is in commit order. The times of drafts deviate from it only slightly, so the oldest is among the first entries. */
const oldestAmong = 100;

/**
 * The log of a single process: one row per group commit in Postgres, everything else in this process's memory. A commit is one
 * statement, and reading pending entries takes none. Memory is rebuilt from the table at the start and after a commit whose outcome
 * is unknown. No other process may write (the single-process lock); the position in the table detects one that does.
 */
export class EmbeddedConversationLog extends ConversationLog {
  private state = this.emptyState();
  private position = 0;
  private currentEpoch = '';
  private isRecovered = false;
  private recovering: Promise<void> | undefined;
  private readonly storedHeads = new BatchedReads((ids: readonly ConversationId[]) => this.table.readHeads(ids), {
    intervalMs: crowdIntervalMs,
  });

  readonly shardCount: number;

  /** `shardCount` is limited to 4. Shards exist only in memory here, so their number may differ after the next start. */
  constructor(
    private readonly table: LogTable,
    shardCount: number,
    private readonly mark?: FolderMark,
  ) {
    super();
    this.shardCount = Math.min(shardCount, shardsMax);
  }

  /** Reads the log's tables into memory. Must be called once, before any other method. */
  async open(): Promise<void> {
    this.currentEpoch = (await this.table.epochs.readEpoch()).epoch;
    await this.recover();
    this.mark?.follow(() => this.position);
  }

  async close(): Promise<void> {
    this.mark?.close();
    await this.table.close();
  }

  epoch(): string {
    return this.currentEpoch;
  }

  shardOf(conversationId: ConversationId): number {
    return hashShard(conversationId, this.shardCount);
  }

  async commit(units: readonly (readonly Draft[])[]): Promise<CommitOutcome[][]> {
    await this.ensureRecovered();
    if (this.state.headCount > headsMax) this.state.forgetIdleHeads();
    await this.learnHeads(units.flat());
    const plan = await this.planWithStorage(units);
    if (plan.entries.length === 0) return plan.outcomes;
    const stored = await this.append(plan, plan.toLookUp);
    if (stored.size === 0) return plan.outcomes;
    // Storage knows some of the client ids, so those are replays or conflicts, and nothing has been written yet. The ids that memory
    // knew were not looked up in storage, and may have been settled and forgotten since: pass them to the second plan.
    const replanned = this.plan(units, new Map([...plan.knownInMemory, ...stored]));
    if (replanned.entries.length > 0) await this.append(replanned, []);
    return replanned.outcomes;
  }

  async findKnown(keys: readonly ClientKey[]): Promise<Array<KnownMessage | undefined>> {
    await this.ensureRecovered();
    const names = keys.map(({ conversationId, actorId, clientId }) => clientKey(conversationId, actorId, clientId));
    const held = names.map((name) => this.state.findMessage(name));
    const missing = keys.filter((_, index) => held[index] === undefined);
    const stored = missing.length === 0 ? undefined : await this.table.findMessages(missing);
    return names.map((name, index) => held[index] ?? stored?.get(name));
  }

  async heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>> {
    await this.ensureRecovered();
    const unknown = ids.filter((id) => this.state.findHead(id) === undefined);
    if (unknown.length > 0) this.learn(unknown, await this.storedHeads.readMany(unknown));
    const heads = new Map<ConversationId, Head>();
    for (const id of ids) {
      const head = this.state.findHead(id);
      if (head !== undefined) heads.set(id, head);
    }
    return heads;
  }

  async pending(id: ConversationId, range: PendingRange): Promise<LogEntry[]> {
    await this.ensureRecovered();
    const { afterRev = 0, beforeRev = Infinity, order, limit } = range;
    return this.state.findWindow(id)?.find(order, limit, ({ rev }) => rev > afterRev && rev < beforeRev) ?? [];
  }

  async pendingMessages(id: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]> {
    await this.ensureRecovered();
    const { afterSeq = 0, beforeSeq = Infinity, order, limit } = range;
    const passes = ({ seq }: LogEntry) => seq !== null && seq > afterSeq && seq < beforeSeq;
    const waiting = this.state.findWindow(id)?.find(order, limit, passes) ?? [];
    const parked = this.state.listParked(id).filter(passes);
    if (parked.length === 0) return waiting;
    return [...waiting, ...parked].sort((a, b) => (order === 'asc' ? a.rev - b.rev : b.rev - a.rev)).slice(0, limit);
  }

  async pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>> {
    await this.ensureRecovered();
    return new Map(ids.flatMap((id) => entryOf(id, this.newestIn(id))));
  }

  async pendingSeqsBy(actorId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, number[]>> {
    await this.ensureRecovered();
    return new Map(
      ids.flatMap((id) => {
        const isOwn = (entry: LogEntry) => entry.actorId === actorId && entry.seq !== null;
        const own = [...(this.state.findWindow(id)?.find('asc', Infinity, isOwn) ?? []), ...this.state.listParked(id).filter(isOwn)];
        return own.length === 0 ? [] : [[id, own.flatMap(({ seq }) => seq ?? [])] as const];
      }),
    );
  }

  async hasPendingChange(id: ConversationId): Promise<boolean> {
    await this.ensureRecovered();
    const newest = this.state.findWindow(id)?.find('desc', 1, ({ seq }) => seq === null)[0];
    if (newest === undefined) return false;
    const stored = (await this.table.readHeads([id])).get(id);
    return stored !== undefined && newest.rev > stored.rev;
  }

  /** The group is deleted after its entries are stored, in the same write-ahead log: it is lost only if they are on the disk. */
  override get keepsUntilStored(): boolean {
    return true;
  }

  async outbox(shard: number, limit: number): Promise<LogEntry[]> {
    await this.ensureRecovered();
    return first(this.state.listOutbox(shard), limit);
  }

  async settle(entries: readonly LogEntry[]): Promise<void> {
    const parked = entries.filter((entry) => entry.isParked);
    if (parked.length > 0) await this.table.unparkEntries(parked);
    await this.table.deleteGroups(this.state.removeEntries(entries));
  }

  async park(entry: LogEntry, reason: string): Promise<void> {
    await this.table.parkEntry(entry, reason);
    await this.table.deleteGroups(this.state.parkEntry(entry.conversationId, entry.rev));
  }

  async parked(id: ConversationId, rev: number): Promise<LogEntry | undefined> {
    await this.ensureRecovered();
    return this.parkedEntry(id, rev);
  }

  async shardsWithWork(): Promise<number[]> {
    await this.ensureRecovered();
    return this.state.shardsWithWork();
  }

  async backlog(): Promise<Backlog> {
    await this.ensureRecovered();
    const oldest = this.state
      .shardsWithWork()
      .flatMap((shard) => first(this.state.listOutbox(shard), oldestAmong).map((entry) => entry.at.getTime()));
    return { entries: this.state.outboxSize, oldestAt: oldest.length === 0 ? null : new Date(Math.min(...oldest)) };
  }

  /** Writes a group and adds it to memory; or returns the messages that storage knows and writes nothing. A failure leaves the outcome unknown. */
  private async append(plan: Plan, toLookUp: readonly Draft[]): Promise<Map<string, KnownMessage>> {
    try {
      const known = await this.table.append(this.position + 1, plan.entries, toLookUp);
      if (known.size > 0) return known;
      this.position += 1;
      this.state.addGroup(plan.entries, plan.heads, this.position);
      return known;
    } catch (error) {
      this.isRecovered = false;
      throw error;
    }
  }

  /** If memory refuses a unit, looks its client ids up in storage first: the unit may be a replay or a conflict. */
  private async planWithStorage(units: readonly (readonly Draft[])[]): Promise<Plan> {
    const plan = this.plan(units, new Map());
    const isRefused = ({ outcome }: CommitOutcome) => outcome === 'refused' || outcome === 'replyNotFound';
    const refused = units.filter((_, index) => plan.outcomes[index]?.some(isRefused));
    return refused.length === 0 ? plan : this.plan(units, await this.table.findMessages(refused.flat()));
  }

  private plan(units: readonly (readonly Draft[])[], stored: StoredMessages): Plan {
    return planGroup(this.state, units, this.position + 1, stored);
  }

  private emptyState(): LogState {
    return new LogState((id) => this.shardOf(id));
  }

  private async learnHeads(drafts: readonly Draft[]): Promise<void> {
    const unknown = drafts.filter(({ conversationId }) => this.state.findHead(conversationId) === undefined);
    if (unknown.length === 0) return;
    const ids = [...new Set(unknown.map(({ conversationId }) => conversationId))];
    // A deleted conversation takes no message. Its only change is that it is restored, which was decided under its lock.
    const changed = unknown.filter(({ takesSeq }) => !takesSeq).map(({ conversationId }) => conversationId);
    this.learn(ids, await this.table.readHeads(ids, changed));
  }

  private learn(ids: readonly ConversationId[], stored: ReadonlyMap<ConversationId, Head>): void {
    for (const id of ids) {
      const head = stored.get(id);
      if (head !== undefined) this.state.learnHead(id, head);
    }
  }

  private newestIn(id: ConversationId): LogEntry | undefined {
    const waiting = this.state.findWindow(id)?.find('desc', 1, ({ seq }) => seq !== null)[0];
    return waiting ?? this.state.listParked(id).findLast(({ seq }) => seq !== null);
  }

  private parkedEntry(id: ConversationId, rev: number): LogEntry | undefined {
    return this.state.listParked(id).find((entry) => entry.rev === rev);
  }

  private ensureRecovered(): Promise<void> | undefined {
    if (this.isRecovered) return undefined;
    this.recovering ??= this.recover().finally(() => {
      this.recovering = undefined;
    });
    return this.recovering;
  }

  private async recover(): Promise<void> {
    const { position, groups, parked, heads } = await this.table.readAll();
    const state = this.emptyState();
    for (const entry of parked) state.addParkedEntry(entry);
    const isParked = new Set(parked.map((entry) => `${entry.conversationId} ${entry.rev}`));
    const emptied: number[] = [];
    const newest = new Map(heads);
    // A parked entry keeps its numbers, even if the process died before storage's mark was moved past it.
    for (const { conversationId, seq, rev } of parked) advance(newest, conversationId, seq, rev);
    for (const group of groups) {
      const waiting = group.entries.filter(
        (entry) => entry.rev > (heads.get(entry.conversationId)?.rev ?? 0) && !isParked.has(`${entry.conversationId} ${entry.rev}`),
      );
      for (const { conversationId, seq, rev } of group.entries) advance(newest, conversationId, seq, rev);
      if (waiting.length === 0) emptied.push(group.position);
      else
        state.addGroup(
          waiting.map((entry) => state.trackEntry(entry, group.position)),
          newest,
          group.position,
        );
    }
    for (const [id, head] of newest) state.learnHead(id, head);
    this.state = state;
    this.position = position;
    this.isRecovered = true;
    await this.table.deleteGroups(emptied);
  }
}

function entryOf<T>(id: ConversationId, value: T | undefined): Array<readonly [ConversationId, T]> {
  return value === undefined ? [] : [[id, value]];
}

function first(entries: Iterable<LogEntry>, limit: number): LogEntry[] {
  const found: LogEntry[] = [];
  for (const entry of entries) if (found.push(entry) >= limit) break;
  return found;
}

function advance(heads: Map<ConversationId, Head>, id: ConversationId, seq: number | null, rev: number): void {
  const head = heads.get(id) ?? { seq: 0, rev: 0 };
  heads.set(id, { seq: Math.max(head.seq, seq ?? 0), rev: Math.max(head.rev, rev) });
}
