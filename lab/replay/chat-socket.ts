import { io, type Socket } from 'socket.io-client';
import { AckError, commands, type CommandData, type CommandInput, type CommandName } from '../../contracts/commands.js';
import { NoAnswerError, type Retrier, RefusedError } from '../support/retrier.js';

const ackTimeoutMs = 12_000;
const connectTimeoutMs = 10_000;
const reconnectFirstMs = 100;
const reconnectMostMs = 1000;

/** An acknowledged command: the number of earlier attempts without an answer, and the time (Unix ms) of the answered attempt. */
export interface Answered<N extends CommandName> {
  readonly data: CommandData<N>;
  readonly unanswered: number;
  readonly askedAt: number;
}

/** One person's socket: reconnects by itself with the same token, and repeats a command until it is answered. */
export class ChatSocket {
  readonly socket: Socket;
  private refusal: Error | null = null;
  private isClosed = false;
  private connections = 0;

  constructor(
    url: string,
    token: string,
    private readonly retrier: Retrier,
  ) {
    this.socket = io(url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      timeout: connectTimeoutMs,
      reconnectionDelay: reconnectFirstMs,
      reconnectionDelayMax: reconnectMostMs,
    });
    this.watch();
  }

  /** Connects for the first time. Add listeners before, so that no event is missed. Throws if the server refuses the token. */
  async open(): Promise<void> {
    this.socket.connect();
    await this.retrier.keepTrying(() => this.connected());
  }

  /** Repeats a command until it is acknowledged. Throws `RefusedError` if the server refuses it with an error that is not retryable. */
  async command<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Answered<N>> {
    let unanswered = 0;
    return this.retrier.keepTrying(async () => {
      try {
        await this.connected();
        const askedAt = Date.now();
        return { data: await this.commandOnce(name, input), unanswered, askedAt };
      } catch (error) {
        if (error instanceof NoAnswerError) unanswered += 1;
        if (error instanceof RefusedError) error.isAfterUnanswered = unanswered > 0;
        throw error;
      }
    });
  }

  /** Closes the connection and does not reconnect. */
  close(): void {
    this.isClosed = true;
    this.socket.disconnect();
  }

  private async commandOnce<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandData<N>> {
    let answer: unknown;
    try {
      answer = await this.socket.timeout(ackTimeoutMs).emitWithAck(name, input);
    } catch (error) {
      throw new NoAnswerError(name, error);
    }
    return parseAck(name, answer);
  }

  private connected(): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    if (this.socket.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const finish = (error: Error | null): void => {
        clearTimeout(timer);
        this.socket.off('connect', onConnect).off('connect_error', onError);
        if (error) reject(error);
        else resolve();
      };
      const onConnect = (): void => finish(null);
      const onError = (): void => (this.refusal ? finish(this.refusal) : undefined);
      const timer = setTimeout(() => finish(new NoAnswerError('connect', 'timeout')), connectTimeoutMs);
      this.socket.on('connect', onConnect).on('connect_error', onError);
    });
  }

  /** Reconnects after the server refused or closed the connection; the client library does so only after a lost connection. */
  private watch(): void {
    this.socket.on('connect', () => {
      this.connections += 1;
      if (this.connections > 1) this.retrier.counts.reconnected += 1;
    });
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      if (this.socket.active) return;
      const refused = AckError.partial().safeParse(error.data);
      const code = refused.data?.code ?? '';
      if (code.startsWith('auth.') || code === 'forbidden') this.refusal = new Error(`the server refused the socket: ${code}`);
      else this.connectAgain(refused.data?.retryAfterMs ?? reconnectMostMs);
    });
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.connectAgain(reconnectFirstMs);
    });
  }

  private connectAgain(waitMs: number): void {
    const timer = setTimeout(() => {
      if (!this.isClosed) this.socket.connect();
    }, waitMs);
    timer.unref();
  }
}

function parseAck<N extends CommandName>(name: N, answer: unknown): CommandData<N> {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer))
    throw new Error(`${name}: the ack is malformed: ${JSON.stringify(answer)}`);
  if (answer.ok === true && 'data' in answer) return commands[name].data.parse(answer.data) as CommandData<N>;
  throw new RefusedError(name, AckError.parse('error' in answer ? answer.error : undefined));
}
