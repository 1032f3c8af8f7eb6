import { once } from 'node:events';
import type { Socket } from 'node:net';
import { isAt } from '../generator/is-at.js';
import { noListener, type Listener, type LoadConnection, type PreparedSend } from '../generator/load-connection.js';
import { connectReading } from '../generator/reading-socket.js';
import { MessageStanza } from './message-stanza.js';
import { StanzaScanner } from './stanza-scanner.js';
import { errorMessage } from '../../support/error-message.js';

const answerTimeoutMs = 30_000;
const streamManagement = "xmlns='urn:xmpp:sm:3'";
const ackRequest = `<r ${streamManagement}/>`;
const idAttribute = Buffer.from(" id='");
const handledAttribute = Buffer.from(" h='");
const errorType = Buffer.from(" type='error'");
const refusal = /^<(failure|failed|stream:error)|^[^>]* type='error'/;
const [digit0, digit9, greaterThan] = [0x30, 0x39, 0x3e];
/** The first letter of its name identifies a stanza. */
const letter = { a: 0x61, i: 0x69, m: 0x6d, p: 0x70, r: 0x72 };

interface Question {
  readonly isAnswer: (stanza: string) => boolean;
  readonly resolve: (stanza: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An XMPP client that is cheap enough not to be the bottleneck: it identifies stanzas by their first bytes and does not parse them.
 * In a room, the ack of a send is the sender's own message from the room. Between users, it is the server's count of handled stanzas
 * (XEP-0198), which is requested with each message.
 */
export class XmppConnection implements LoadConnection {
  listener: Listener = noListener;
  onEnd: (reason: string) => void = () => undefined;
  bytesRead = 0;
  private readonly socket: Socket;
  private readonly scanner = new StanzaScanner((bytes, from, to) => this.take(bytes, from, to));
  private readonly idStart: Buffer;
  /** The slots of the messages that the server has not counted yet, in order; null if it does not count. */
  private uncounted: number[] | null = null;
  private counted = 0;
  private received = 0;
  private question: Question | null = null;
  private isClosing = false;

  private constructor(
    port: number,
    readonly user: string,
  ) {
    this.idStart = Buffer.from(`${user}-`);
    this.socket = connectReading('127.0.0.1', port, (bytes) => this.read(bytes));
    this.socket.on('error', (error) => this.ended(error.message));
    this.socket.on('close', () => this.ended('the server closed a connection'));
  }

  /** Opens the socket and sends nothing. The user's name must contain no character that XML would escape. */
  static async open(port: number, user: string): Promise<XmppConnection> {
    const connection = new XmppConnection(port, user);
    await once(connection.socket, 'connect');
    return connection;
  }

  /** Writes a stanza and resolves with the first answer. Rejects on a refusal, on the end of the stream and after 30 s. One request at a time. */
  async ask(stanza: string, isAnswer: (answer: string) => boolean): Promise<string> {
    if (this.isClosing) throw new Error('the connection has ended');
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within 30 s to ${stanza}`)), answerTimeoutMs);
        this.question = { isAnswer, resolve, reject };
        this.socket.write(stanza);
      });
    } finally {
      clearTimeout(timer);
      this.question = null;
    }
  }

  /** Enables stream management: the server counts handled stanzas, and messages go to single users from now on. */
  async enableAcks(): Promise<void> {
    await this.ask(`<enable ${streamManagement}/>`, (answer) => answer.startsWith('<enabled '));
    this.uncounted = [];
    this.received = 0;
  }

  prepare(conversationId: string, slot: number): PreparedSend {
    const { uncounted } = this;
    const kind = uncounted === null ? ({ type: 'groupchat' } as const) : ({ type: 'chat', trailer: ackRequest } as const);
    const message = new MessageStanza({ to: conversationId, idPrefix: `${this.user}-${slot}-`, ...kind });
    return {
      send: () => {
        uncounted?.push(slot);
        this.socket.write(message.next());
      },
    };
  }

  close(): void {
    this.isClosing = true;
    this.socket.destroy();
  }

  private ended(reason: string): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.question?.reject(new Error(reason));
    this.onEnd(reason);
  }

  private read(bytes: Buffer): void {
    this.bytesRead += bytes.length;
    try {
      // The sends that follow the acks of one read go out in one write.
      this.socket.cork();
      this.scanner.scan(bytes);
    } catch (error) {
      this.ended(errorMessage(error));
      this.socket.destroy();
    } finally {
      this.socket.uncork();
    }
  }

  private take(bytes: Buffer, from: number, to: number): void {
    const first = bytes[from + 1];
    if (first === letter.m || first === letter.p || first === letter.i) this.received += 1;
    if (first === letter.r) this.socket.write(`<a ${streamManagement} h='${this.received}'/>`);
    else if (this.question !== null) this.answer(this.question, bytes.toString('utf8', from, to));
    else if (first === letter.m) this.takeMessage(bytes, from, to);
    else if (first === letter.a) this.takeCount(bytes, from, to);
    else if (first !== letter.p && first !== letter.i) throw new Error(`unexpected stanza: ${bytes.toString('utf8', from, to)}`);
  }

  private answer(question: Question, stanza: string): void {
    if (refusal.test(stanza)) question.reject(new Error(`refused: ${stanza}`));
    else if (question.isAnswer(stanza)) question.resolve(stanza);
  }

  /** In a room, the id in the first tag names the sender and its slot. */
  private takeMessage(bytes: Buffer, from: number, to: number): void {
    const found = bytes.indexOf(idAttribute, from);
    const at = found + idAttribute.length;
    if (found === -1 || found > to || !isAt(bytes, at, this.idStart)) {
      this.listener.onMessage();
      return;
    }
    const isError = bytes.subarray(from, bytes.indexOf(greaterThan, from)).includes(errorType);
    if (!isError) this.listener.onMessage();
    this.listener.onAck(numberAt(bytes, at + this.idStart.length), !isError, () => bytes.toString('utf8', from, to));
  }

  private takeCount(bytes: Buffer, from: number, to: number): void {
    const count = numberAt(bytes, bytes.indexOf(handledAttribute, from) + handledAttribute.length);
    for (; this.counted < count; this.counted += 1) {
      const slot = this.uncounted?.shift();
      if (slot === undefined) throw new Error(`the server counted more messages than were sent: ${bytes.toString('utf8', from, to)}`);
      this.listener.onAck(slot, true, () => bytes.toString('utf8', from, to));
    }
  }
}

function numberAt(bytes: Buffer, from: number): number {
  let value = 0;
  for (let at = from; ; at += 1) {
    const digit = bytes[at] ?? 0;
    if (digit < digit0 || digit > digit9) return value;
    value = value * 10 + digit - digit0;
  }
}
