import { io, type Socket } from 'socket.io-client';
import { uuidv7 } from 'uuidv7';
import { percentile } from '../../tools/replay/percentiles.js';

const connectTimeoutMs = 20_000;
const lastAcksTimeoutMs = 15_000;
const warmUpMs = 1500;
/** 200 bytes, as the figures of other servers were measured with. */
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(5).slice(0, 200);

/** One sending user: its socket, where it sends to, and how many sends may wait for their ack at once. */
export interface Sender {
  readonly socket: Socket;
  readonly conversationId: string;
  readonly window: number;
}

/** What the load saw; times in milliseconds. */
export interface LoopFigures {
  readonly acksPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly sent: number;
  /** From the first send to the last ack, warm-up included. */
  readonly loadMs: number;
}

/** Connects a socket and waits until the server has said `session.ready`. */
export function connect(url: string, auth: Readonly<Record<string, string>>): Promise<Socket> {
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnection: false, timeout: connectTimeoutMs });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a socket was not ready in time')), connectTimeoutMs);
    socket.once('session.ready', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('connect_error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Every send waits for its ack before the next; `receivers` are those whose `message.created` are counted. */
export async function runClosedLoop(senders: readonly Sender[], receivers: readonly Socket[], seconds: number): Promise<LoopFigures> {
  return new ClosedLoop(senders, receivers, seconds).run();
}

class ClosedLoop {
  private readonly latencies: number[] = [];
  private readonly from = performance.now() + warmUpMs;
  private readonly until: number;
  private readonly refusals = new Map<string, number>();
  private sent = 0;
  private outstanding = 0;
  private delivered = 0;
  private finish: () => void = () => undefined;

  constructor(
    private readonly senders: readonly Sender[],
    private readonly receivers: readonly Socket[],
    seconds: number,
  ) {
    this.until = this.from + seconds * 1000;
  }

  async run(): Promise<LoopFigures> {
    const startedAt = performance.now();
    const onDelivery = (): void => this.onDelivery();
    for (const socket of this.receivers) socket.on('message.created', onDelivery);
    await this.untilAcknowledged();
    for (const socket of this.receivers) socket.off('message.created', onDelivery);
    if (this.refusals.size > 0) throw new Error(`sends were refused: ${JSON.stringify(Object.fromEntries(this.refusals))}`);
    const seconds = (this.until - this.from) / 1000;
    return {
      acksPerSecond: this.latencies.length / seconds,
      deliveriesPerSecond: this.delivered / seconds,
      ackP50Ms: percentile(this.latencies, 0.5),
      ackP99Ms: percentile(this.latencies, 0.99),
      sent: this.sent,
      loadMs: performance.now() - startedAt,
    };
  }

  private untilAcknowledged(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waitMs = this.until - performance.now() + lastAcksTimeoutMs;
      const timer = setTimeout(() => reject(new Error(`${this.outstanding} sends were never acknowledged`)), waitMs);
      this.finish = () => {
        clearTimeout(timer);
        resolve();
      };
      for (const sender of this.senders) for (let slot = 0; slot < sender.window; slot += 1) this.send(sender);
    });
  }

  private send(sender: Sender): void {
    const sentAt = performance.now();
    if (sentAt >= this.until) {
      if (this.outstanding === 0) this.finish();
      return;
    }
    this.sent += 1;
    this.outstanding += 1;
    sender.socket.emit('message.send', { conversationId: sender.conversationId, clientId: uuidv7(), text }, (answer: unknown) => {
      this.outstanding -= 1;
      this.onAck(answer, sentAt);
      this.send(sender);
    });
  }

  private onAck(answer: unknown, sentAt: number): void {
    const now = performance.now();
    const isOk = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
    if (!isOk) {
      const reason = JSON.stringify(answer)
        .replace(/"requestId":"[^"]*"/, '')
        .slice(0, 200);
      this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    }
    if (isOk && now >= this.from && now < this.until) this.latencies.push(now - sentAt);
  }

  private onDelivery(): void {
    const now = performance.now();
    if (now >= this.from && now < this.until) this.delivered += 1;
  }
}
