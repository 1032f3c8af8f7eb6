import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../../support/random.js';

/**
 * What a link does with the bytes that it carries.
 * - `pass`: forwards them unchanged. `delay`: forwards them in order after `delayMs`. `rate`: at most `bytesPerSecond` per direction.
 * - `hold`: forwards nothing until the mode changes, and then everything in order. Dropped packets look like this to both ends,
 *   because TCP repeats them.
 * - `swallow`: connections stay open and accept bytes, but nothing is forwarded, as by a router that lost its state. A connection
 *   that has lost bytes never carries any again, because a TCP stream has no holes.
 * - `halfOpen`: like `swallow`, and the close of one side is not forwarded either.
 * - `dropReply`: loses each reply with probability `share` and closes its connection: the work is done, the reply is missing.
 * - `refuse`: new connections are reset.
 */
export type LinkMode =
  | { readonly kind: 'pass' | 'hold' | 'swallow' | 'halfOpen' | 'refuse' }
  | { readonly kind: 'delay'; readonly delayMs: number; readonly bytesPerSecond?: number }
  | { readonly kind: 'rate'; readonly bytesPerSecond: number }
  | { readonly kind: 'dropReply'; readonly share: number };

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Whether the link silently drops everything from now on. */
  isAbandoned: boolean;
}

/** A TCP proxy of the harness that can misbehave while it is in use. */
export class TcpProxy {
  /** Replies that were dropped on purpose. */
  droppedReplies = 0;
  private mode: LinkMode = { kind: 'pass' };
  private readonly pairs = new Set<Pair>();
  private readonly lines = new Set<Line>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly random: Random,
    readonly port: number,
  ) {
    server.on('connection', (client) => this.open(client));
  }

  /** Listens on a free loopback port and forwards to the port `target`. */
  static async open(target: number, random: Random): Promise<TcpProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: false }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new TcpProxy(server, target, random, address.port);
  }

  get connections(): number {
    return this.pairs.size;
  }

  set(mode: LinkMode): void {
    this.mode = mode;
    if (mode.kind !== 'hold') for (const line of this.lines) line.release();
  }

  /** Closes all connections, orderly (`end`) or with a reset. */
  cut(how: 'end' | 'reset' = 'reset'): void {
    for (const { client, upstream } of this.pairs) {
      for (const socket of [client, upstream]) {
        if (how === 'end') socket.end();
        else socket.resetAndDestroy();
      }
    }
  }

  /** Keeps the existing connections open but never forwards anything on them again. New connections follow the mode. */
  abandon(): void {
    for (const pair of this.pairs) pair.isAbandoned = true;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private open(client: Socket): void {
    if (this.mode.kind === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, upstream, isAbandoned: false };
    this.pairs.add(pair);
    this.pump(pair, client, upstream, false);
    this.pump(pair, upstream, client, true);
  }

  private pump(pair: Pair, from: Socket, to: Socket, isReply: boolean): void {
    const line = new Line(from, to);
    this.lines.add(line);
    from.on('data', (chunk: Buffer) => {
      const { mode } = this;
      if (mode.kind === 'swallow' || mode.kind === 'halfOpen') pair.isAbandoned = true;
      if (pair.isAbandoned) return;
      if (isReply && mode.kind === 'dropReply' && this.random.chance(mode.share)) {
        this.droppedReplies += 1;
        this.destroy(pair);
      } else line.push(chunk, mode);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.lines.delete(line);
      if (!pair.isAbandoned && this.mode.kind !== 'halfOpen') this.destroy(pair);
    });
  }

  private destroy(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.upstream.destroy();
  }
}

const waitingBytesMax = 262_144;

/** One direction of a connection: keeps waiting chunks in order and applies back pressure as a real link does. */
class Line {
  private readonly waiting: Array<{ readonly chunk: Buffer; readonly at: number }> = [];
  private waitingBytes = 0;
  private freeAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {}

  push(chunk: Buffer, mode: LinkMode): void {
    if (mode.kind === 'hold') return this.hold(chunk);
    const perSecond = 'bytesPerSecond' in mode ? mode.bytesPerSecond : undefined;
    const delayMs = mode.kind === 'delay' ? mode.delayMs : 0;
    if (perSecond === undefined && delayMs === 0 && this.waiting.length === 0) {
      this.to.write(chunk);
      return;
    }
    this.freeAt = Math.max(this.freeAt, performance.now()) + (perSecond === undefined ? 0 : (chunk.length / perSecond) * 1000);
    this.waiting.push({ chunk, at: this.freeAt + delayMs });
    this.waitingBytes += chunk.length;
    if (this.waitingBytes > waitingBytesMax) this.from.pause();
    this.timer ??= setTimeout(() => this.flush(), 1);
  }

  /** Forwards everything that was held. */
  release(): void {
    for (const [place, { chunk, at }] of this.waiting.entries()) if (at === Infinity) this.waiting[place] = { chunk, at: 0 };
    if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.flush(), 1);
  }

  private hold(chunk: Buffer): void {
    this.waiting.push({ chunk, at: Infinity });
    this.waitingBytes += chunk.length;
    if (this.waitingBytes > waitingBytesMax) this.from.pause();
  }

  private flush(): void {
    this.timer = undefined;
    for (let next = this.waiting[0]; next !== undefined && next.at <= performance.now(); next = this.waiting[0]) {
      this.waiting.shift();
      this.waitingBytes -= next.chunk.length;
      if (!this.to.destroyed) this.to.write(next.chunk);
    }
    if (this.waitingBytes <= waitingBytesMax) this.from.resume();
    const next = this.waiting[0];
    if (next !== undefined && next.at !== Infinity && !this.to.destroyed)
      this.timer = setTimeout(() => this.flush(), Math.max(1, next.at - performance.now()));
  }
}
