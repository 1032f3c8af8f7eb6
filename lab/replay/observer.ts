import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { events } from '../../contracts/events.js';
import type { Message } from '../../contracts/messages/schemas.js';
import { ConversationId, Epoch, Rev, type Seq } from '../../contracts/primitives.js';
import type { ChatSocket } from './chat-socket.js';

const gapGraceMs = 300;
const catchUpWaitMs = 5000;
const Change = z.object({ conversationId: ConversationId, rev: Rev, epoch: Epoch });

/** The figures of one observer. */
export interface ObserverCounts {
  live: number;
  synced: number;
  connections: number;
  repairs: number;
  duplicates: number;
  outOfOrder: number;
}

/** A member who only listens: keeps live messages, notices gaps by `rev`, and closes them with `conversation.sync`. */
export class Observer {
  readonly messages = new Map<z.infer<typeof Seq>, Message>();
  readonly problems: string[] = [];
  readonly counts: ObserverCounts = { live: 0, synced: 0, connections: 0, repairs: 0, duplicates: 0, outOfOrder: 0 };
  private state: { epoch: string; rev: number } | null = null;
  private readonly revsAhead = new Set<number>();
  private lastLiveRev = 0;
  private repairing: Promise<void> = Promise.resolve();
  private isGapTimed = false;

  constructor(
    readonly name: string,
    private readonly socket: ChatSocket,
    private readonly conversationId: ConversationId,
  ) {}

  /** Adds the listeners. Call it before the socket opens, so that no event is missed. */
  listen(): void {
    this.socket.socket.onAny((name: string, payload: unknown) => this.onEvent(name, payload));
  }

  /** Starts to notice gaps; `from` is the state of the conversation as returned by the join. */
  startFrom(from: { epoch: string; rev: number }): void {
    this.state = { epoch: from.epoch, rev: from.rev };
    this.forgetPassed();
  }

  /** Waits until everything up to `rev` has arrived; finally syncs what did not arrive live. */
  async catchUp(rev: number): Promise<void> {
    const deadline = performance.now() + catchUpWaitMs;
    while (this.rev() < rev && performance.now() < deadline) await sleep(20);
    if (this.rev() < rev) this.repair();
    await this.repairing;
    if (this.rev() < rev) this.problems.push(`${this.name}: is at rev ${this.rev()} of ${rev} even after conversation.sync`);
  }

  private onEvent(name: string, payload: unknown): void {
    if (name === 'session.ready') return this.onReady();
    if (name === 'resync.required') return this.repair();
    const change = Change.safeParse(payload);
    if (!change.success || change.data.conversationId !== this.conversationId) return;
    if (name === 'message.created') this.onMessage(payload);
    this.note(change.data.rev);
  }

  private onReady(): void {
    this.counts.connections += 1;
    this.lastLiveRev = 0;
    if (this.counts.connections > 1) this.repair();
  }

  private onMessage(payload: unknown): void {
    const parsed = events['message.created'].payload.safeParse(payload);
    if (!parsed.success) {
      this.problems.push(`${this.name}: message.created does not fit the contract: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    if (message.rev < this.lastLiveRev) this.counts.outOfOrder += 1;
    this.lastLiveRev = Math.max(this.lastLiveRev, message.rev);
    if (this.messages.has(message.seq)) this.counts.duplicates += 1;
    else this.counts.live += 1;
    this.keep(message);
  }

  private keep(message: Message): void {
    const known = this.messages.get(message.seq);
    if (known && (known.id !== message.id || known.text !== message.text)) {
      this.problems.push(`${this.name}: seq ${message.seq} was "${known.text}" (${known.id}) and then "${message.text}" (${message.id})`);
    }
    this.messages.set(message.seq, message);
  }

  private note(rev: number): void {
    this.revsAhead.add(rev);
    this.forgetPassed();
    if (this.revsAhead.size === 0 || this.isGapTimed) return;
    this.isGapTimed = true;
    setTimeout(() => {
      this.isGapTimed = false;
      if (this.revsAhead.size > 0) this.repair();
    }, gapGraceMs).unref();
  }

  private rev(): number {
    return this.state?.rev ?? 0;
  }

  /** Advances `rev` over the revisions that follow without a gap; those left in `revsAhead` come after a gap. */
  private forgetPassed(): void {
    const { state } = this;
    if (!state) return;
    while (this.revsAhead.delete(state.rev + 1)) state.rev += 1;
    for (const rev of this.revsAhead) if (rev <= state.rev) this.revsAhead.delete(rev);
  }

  private repair(): void {
    this.repairing = this.repairing
      .then(() => this.sync())
      .catch((error: unknown) => void this.problems.push(`${this.name}: conversation.sync failed: ${String(error)}`));
  }

  private async sync(): Promise<void> {
    const { state } = this;
    if (!state) return;
    this.counts.repairs += 1;
    for (let isMore = true; isMore;) {
      const asked = [{ id: this.conversationId, epoch: state.epoch, rev: state.rev }];
      const { data } = await this.socket.command('conversation.sync', { conversations: asked, limit: 200 });
      const page = data.conversations.find(({ id }) => id === this.conversationId);
      if (!page) throw new Error('the answer does not contain the conversation');
      for (const message of page.messages) {
        if (!this.messages.has(message.seq)) this.counts.synced += 1;
        this.keep(message);
      }
      state.epoch = page.epoch;
      state.rev = page.status === 'reset' ? 0 : Math.max(state.rev, page.rev);
      isMore = page.status !== 'complete';
    }
    this.forgetPassed();
  }
}
