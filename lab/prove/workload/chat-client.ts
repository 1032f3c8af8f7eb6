import { io, type Socket } from 'socket.io-client';
import type { Sighting } from '../checker/history.js';
import type { Random } from '../../support/random.js';
import { fieldOf, listOf, numberOf, textOf } from './api-client.js';
import { ConversationView } from './conversation-view.js';
import type { OperationLog } from './operation-log.js';
import type { Person } from './people.js';
import type { ReceiptLog } from './receipt-log.js';

/** An ack as received: success with its data, or the error. */
export type Ack =
  { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly code: string; readonly retryAfterMs: number };

export interface ChatClientOptions {
  readonly person: Person;
  /** The nodes. After each lost connection the client tries the next node. */
  readonly urls: readonly string[];
  readonly random: Random;
  readonly log: OperationLog;
  /** The index of the first node to try. */
  readonly firstNode?: number;
  /** The conversations that the client follows. */
  readonly follow: readonly string[];
  /** Records the receipts that arrive, if given. */
  readonly receipts?: ReceiptLog;
}

const connectTimeoutMs = 5000;
const backoffFirstMs = 50;
const backoffMostMs = 1000;
const gapRetrierMs = 150;
const syncTimeoutMs = 10_000;
const messageEvents = ['message.created', 'message.updated', 'message.deleted'];
const otherChanges = ['reaction.changed', 'member.joined', 'member.updated', 'member.left'];

/** A device that follows the contract: it reconnects by itself, node after node, and closes every gap by catching up. */
export class ChatClient {
  readonly views = new Map<string, ConversationView>();
  /** How often a connection became ready. */
  connections = 0;
  /** The codes with which the server closed or refused a connection. */
  readonly closings: string[] = [];
  /** How often the server reported that it had dropped events. */
  resyncs = 0;
  /** For each lost connection, the milliseconds until the client was ready again. */
  readonly absencesMs: number[] = [];
  private socket: Socket | undefined;
  private isReady = false;
  private isStopped = false;
  private turn: number;
  private failures = 0;
  private lostAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private catchingUp: Promise<void> | undefined;

  constructor(private readonly options: ChatClientOptions) {
    this.turn = options.firstNode ?? 0;
    for (const id of options.follow) this.views.set(id, new ConversationView(id));
  }

  get person(): Person {
    return this.options.person;
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** The current node, or the next one while the client is not connected. */
  get node(): string {
    return this.options.urls[this.turn % this.options.urls.length] ?? '';
  }

  start(): void {
    this.isStopped = false;
    this.dial();
  }

  /** Closes the connection and does not reconnect. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.dropSocket();
  }

  /** Breaks the connection like a lost network. The client then reconnects. */
  cut(): void {
    this.socket?.io.engine?.close();
  }

  /** Sends a command. Throws if no ack arrives in time. */
  async command(name: string, input: object, timeoutMs = syncTimeoutMs): Promise<Ack> {
    const { socket } = this;
    if (socket === undefined || !this.isReady) throw new Error('not connected');
    const ack: unknown = await socket.timeout(timeoutMs).emitWithAck(name, input);
    if (fieldOf(ack, ['ok']) === true) return { ok: true, data: fieldOf(ack, ['data']) };
    const retryAfterMs = fieldOf(ack, ['error', 'retryAfterMs']);
    return { ok: false, code: textOf(ack, 'error', 'code'), retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : 0 };
  }

  /** Fetches everything that the client may have missed. Concurrent calls share one run. Fails silently, because the next connection tries again. */
  catchUp(): Promise<void> {
    this.catchingUp ??= this.sync()
      .catch(() => undefined)
      .finally(() => {
        this.catchingUp = undefined;
      });
    return this.catchingUp;
  }

  private dial(): void {
    const socket = io(this.node, {
      auth: { token: this.options.person.accessToken },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: connectTimeoutMs,
    });
    this.socket = socket;
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      const code = fieldOf(error.data, ['code']);
      if (typeof code === 'string') this.closings.push(code);
      this.redial(socket);
    });
    socket.on('disconnect', () => this.redial(socket));
    socket.on('session.ready', (payload: unknown) => this.welcome(payload));
    this.listen(socket);
  }

  private listen(socket: Socket): void {
    for (const name of messageEvents) socket.on(name, (payload: unknown) => this.hear(payload, true));
    for (const name of otherChanges) socket.on(name, (payload: unknown) => this.hear(payload, false));
    socket.on('conversation.updated', (payload: unknown) => this.hear(payload, false, 'id'));
    socket.on('receipt.advanced', (payload: unknown) => this.hearReceipt(payload));
    socket.on('session.closing', (payload: unknown) => this.closings.push(textOf(payload, 'code')));
    socket.on('resync.required', () => {
      this.resyncs += 1;
      void this.catchUp();
    });
  }

  private welcome(payload: unknown): void {
    this.isReady = true;
    this.failures = 0;
    this.connections += 1;
    if (this.lostAt !== undefined) this.absencesMs.push(performance.now() - this.lostAt);
    this.lostAt = undefined;
    for (const conversation of listOf(payload, 'conversations')) {
      const view = this.views.get(textOf(conversation, 'id'));
      const epoch = textOf(conversation, 'epoch');
      view?.connected();
      if (view !== undefined && view.epoch !== epoch) view.reset(epoch);
    }
    void this.catchUp();
  }

  private hear(payload: unknown, isMessage: boolean, idField = 'conversationId'): void {
    const view = this.views.get(textOf(payload, idField));
    if (view === undefined) return;
    const epoch = textOf(payload, 'epoch');
    view.live({ rev: numberOf(payload, 'rev'), message: isMessage ? this.sighting(payload) : null }, epoch);
    if (view.hasGap || epoch !== view.epoch) setTimeout(() => this.closeGap(view, epoch), gapRetrierMs);
  }

  private closeGap(view: ConversationView, epoch: string): void {
    if (this.isStopped || (!view.hasGap && epoch === view.epoch)) return;
    void this.catchUp();
  }

  private hearReceipt(payload: unknown): void {
    this.options.receipts?.push({
      observer: this.options.person.name,
      conversationId: textOf(payload, 'conversationId'),
      userId: textOf(payload, 'userId'),
      deliveredSeq: numberOf(payload, 'deliveredSeq'),
      readSeq: numberOf(payload, 'readSeq'),
    });
  }

  private async sync(): Promise<void> {
    for (let open = [...this.views.values()].filter(({ epoch }) => epoch !== ''); open.length > 0;) {
      const asked = open.map(({ conversationId, epoch, rev }) => ({ id: conversationId, epoch, rev }));
      const ack = await this.command('conversation.sync', { conversations: asked, limit: 200 });
      if (!ack.ok) return;
      open = listOf(ack.data, 'conversations').flatMap((one) => this.apply(one));
    }
  }

  /** Applies one page; returns the views of conversations with more pages. */
  private apply(synced: unknown): ConversationView[] {
    const view = this.views.get(textOf(synced, 'id'));
    if (view === undefined) return [];
    const status = textOf(synced, 'status');
    if (status === 'reset') view.reset(textOf(synced, 'epoch'));
    else
      view.caughtUp(
        numberOf(synced, 'rev'),
        listOf(synced, 'messages').map((message) => this.sighting(message)),
      );
    return status === 'complete' ? [] : [view];
  }

  private sighting(message: unknown): Sighting {
    const text = fieldOf(message, ['text']);
    return {
      conversationId: textOf(message, 'conversationId'),
      seq: numberOf(message, 'seq'),
      id: textOf(message, 'id'),
      token: this.options.log.tokenOf(typeof text === 'string' ? text : null, textOf(message, 'clientId')),
    };
  }

  private redial(socket: Socket): void {
    if (socket !== this.socket) return;
    if (this.isReady) this.lostAt = performance.now();
    this.dropSocket();
    if (this.isStopped) return;
    this.turn += 1;
    const most = Math.min(backoffMostMs, backoffFirstMs * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.dial(), most * (0.5 + this.options.random.next() / 2));
  }

  private dropSocket(): void {
    const { socket } = this;
    this.socket = undefined;
    this.isReady = false;
    socket?.removeAllListeners();
    socket?.disconnect();
  }
}
