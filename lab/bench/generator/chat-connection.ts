import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { FrameScanner } from './frame-scanner.js';
import { isAt } from './is-at.js';
import { noListener, type Listener, type LoadConnection, type PreparedSend } from './load-connection.js';
import { connectReading } from './reading-socket.js';
import { clientFrame, SendFrame } from './send-frame.js';
import { errorMessage } from '../../support/error-message.js';

const connectTimeoutMs = 30_000;
const eventPrefix = Buffer.from('42["');
const messageCreated = Buffer.from('message.created"');
const okPrefix = Buffer.from('[{"ok":true');
const [digit0, digit9] = [0x30, 0x39];

/**
 * A Socket.IO client (Engine.IO 4 over WebSocket) that is cheap enough not to be the bottleneck: it counts frames by their first
 * bytes and parses JSON only on request. It answers pings. `onEnd` is called if the server closes the connection.
 */
export class ChatConnection implements LoadConnection {
  listener: Listener = noListener;
  onEnd: (reason: string) => void = () => undefined;
  bytesRead = 0;
  /** The packet of `session.ready`. */
  readyPacket = '';
  private readonly scanner = new FrameScanner((opcode, bytes, from, to) => this.take(opcode, bytes, from, to));
  private readonly requests = new Map<number, (answer: unknown) => void>();
  private nextRequest = 1_000_000;
  private head: string | null = '';
  private isClosing = false;
  private ready: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly auth: Readonly<Record<string, string>>,
  ) {}

  /** Connects and waits for `session.ready`. Rejects with the server's refusal, or after 30 s. */
  static async connect(url: string, auth: Readonly<Record<string, string>>): Promise<ChatConnection> {
    const { hostname, port } = new URL(url);
    const socket = connectReading(hostname, Number(port), (bytes) => connection.read(bytes));
    const connection = new ChatConnection(socket, auth);
    await connection.open(`${hostname}:${port}`);
    return connection;
  }

  prepare(conversationId: string, slot: number): PreparedSend {
    const frame = new SendFrame(conversationId, slot);
    return { send: () => this.write(frame.next()) };
  }

  /** Sends a command and resolves with its parsed ack. Not for the load itself. */
  request(name: string, payload: unknown): Promise<unknown> {
    const id = this.nextRequest;
    this.nextRequest += 1;
    return new Promise((resolve) => {
      this.requests.set(id, resolve);
      this.write(clientFrame(`42${id}${JSON.stringify([name, payload])}`));
    });
  }

  close(): void {
    this.isClosing = true;
    this.socket.destroy();
  }

  private write(frame: Buffer): void {
    this.socket.write(frame);
  }

  private open(host: string): Promise<void> {
    const key = randomBytes(16).toString('base64');
    const lines = [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `Host: ${host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
    ];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new Error('a socket was not ready within 30 s')), connectTimeoutMs);
      this.ready = () => {
        clearTimeout(timer);
        resolve();
      };
      this.fail = (error) => {
        clearTimeout(timer);
        this.close();
        reject(error);
      };
      this.socket.on('error', (error) => this.ended(error.message));
      this.socket.on('close', () => this.ended('the server closed a connection'));
      this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
  }

  private ended(reason: string): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.fail(new Error(reason));
    this.onEnd(reason);
  }

  private read(bytes: Buffer): void {
    this.bytesRead += bytes.length;
    try {
      // The sends that follow the acks of one read go out in one write.
      this.socket.cork();
      if (this.head === null) this.scanner.scan(bytes);
      else this.readHead(bytes);
    } catch (error) {
      this.ended(errorMessage(error));
      this.socket.destroy();
    } finally {
      this.socket.uncork();
    }
  }

  private readHead(bytes: Buffer): void {
    const head = this.head + bytes.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    this.head = head;
    if (end === -1) return;
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`a socket was refused: ${head.slice(0, 300)}`);
    this.head = null;
    const after = Buffer.from(head.slice(end + 4), 'latin1');
    if (after.length > 0) this.scanner.scan(after);
  }

  private take(opcode: number, bytes: Buffer, from: number, to: number): void {
    if (opcode !== 1) {
      if (opcode === 8) throw new Error('the server closed a socket');
      return;
    }
    const [first, second] = [bytes[from], bytes[from + 1]];
    if (first === 0x34 && second === 0x32) this.takeEvent(bytes, from, to);
    else if (first === 0x34 && second === 0x33) this.takeAck(bytes, from + 2, to);
    else this.takeControl(bytes.toString('utf8', from, to));
  }

  private takeEvent(bytes: Buffer, from: number, to: number): void {
    const nameAt = from + eventPrefix.length;
    if (isAt(bytes, nameAt, messageCreated)) {
      this.listener.onMessage();
      return;
    }
    const name = bytes.toString('utf8', nameAt, Math.min(bytes.indexOf(0x22, nameAt), to));
    if (name !== 'session.ready') return;
    this.readyPacket = bytes.toString('utf8', from, to);
    this.ready();
  }

  private takeAck(bytes: Buffer, from: number, to: number): void {
    let id = 0;
    let at = from;
    for (let digit = bytes[at] ?? 0; digit >= digit0 && digit <= digit9; digit = bytes[at] ?? 0) {
      id = id * 10 + digit - digit0;
      at += 1;
    }
    const waiting = this.requests.get(id);
    if (waiting === undefined) {
      this.listener.onAck(id, isAt(bytes, at, okPrefix), () => bytes.toString('utf8', at, to));
      return;
    }
    this.requests.delete(id);
    const answers: unknown = JSON.parse(bytes.toString('utf8', at, to));
    waiting(Array.isArray(answers) ? answers[0] : undefined);
  }

  private takeControl(packet: string): void {
    if (packet.startsWith('0')) this.write(clientFrame(`40${JSON.stringify(this.auth)}`));
    else if (packet === '2') this.write(clientFrame('3'));
    else if (packet.startsWith('44')) throw new Error(`a socket was refused: ${packet.slice(2, 300)}`);
    else if (packet.startsWith('41')) throw new Error('the server disconnected a socket');
  }
}
