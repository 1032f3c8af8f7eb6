import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import { type AckError, type CommandData, type CommandName, type Commands, commands } from '#contracts/commands.js';
import type { ErrorCode } from '#contracts/errors.js';
import type { EventName, EventPayload } from '#contracts/events.js';
import { api, type Credentials } from './api.js';
import { ackError, errorCode, exactly } from './contract-check.js';
import { nextServerUrl, serverUrls, testMode } from './environment.js';
import { EventRecorder } from './event-recorder.js';
import { within } from './until.js';

export interface ConnectOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly transports?: Array<'websocket' | 'polling'>;
}

const open = new Set<TestSocket>();

/** A connected client that records its events and checks every event and ack against the contract. */
export class TestSocket {
  readonly events = new EventRecorder();
  /** Resolves with the reason when the socket closes. */
  readonly closed: Promise<string>;

  constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.onAny((name: string, payload: unknown) => this.events.record(name, payload));
    open.add(this);
  }

  /** Sends a command and returns the data of its ack. Throws if the command failed. */
  async ok<N extends CommandName>(name: N, input: z.input<Commands[N]['input']>): Promise<CommandData<N>> {
    const ack = await this.send(name, input);
    if (!ack.ok) throw new Error(`${name} failed: ${JSON.stringify(ack.error)}`);
    return checked(name, ack.data);
  }

  /** Sends a command that must fail with this code. The input need not fit the contract. */
  async fails(name: CommandName, input: unknown, code: ErrorCode): Promise<AckError> {
    const ack = await this.send(name, input);
    if (ack.ok) throw new Error(`${name} succeeded, expected ${code}: ${JSON.stringify(ack.data)}`);
    const error = ackError(ack.error, name);
    if (error.code !== code) throw new Error(`${name} is not ${code}: ${JSON.stringify(error)}`);
    return error;
  }

  /** The first event of this name that fits, already recorded or still to come. */
  waitFor<N extends EventName>(name: N, fits?: (payload: EventPayload<N>) => boolean, timeoutMs?: number): Promise<EventPayload<N>> {
    return this.events.waitFor(name, fits, timeoutMs);
  }

  /** The recorded events of this name, in the order of arrival. */
  of<N extends EventName>(name: N): Array<EventPayload<N>> {
    return this.events.of(name);
  }

  /** Resolves when everything sent to this socket so far, by any node, has arrived: the ack of a ping comes after it. */
  async barrier(): Promise<void> {
    await nodesSettled();
    await this.ok('session.ping', { nonce: 'barrier' });
    this.events.throwViolations();
  }

  /** The ack of a command. Throws if there is none within 15 s. */
  async send(name: string, input: unknown): Promise<{ ok: true; data: unknown } | { ok: false; error: unknown }> {
    const ack: unknown = await within(15_000, `an ack of ${name}`, this.socket.emitWithAck(name, input));
    if (isAck(ack)) return ack;
    throw new Error(`the ack of ${name} is neither success nor error: ${JSON.stringify(ack)}`);
  }

  close(): void {
    open.delete(this);
    this.socket.disconnect();
  }
}

/**
 * Resolves when each node has handled the earlier messages of all other nodes: joining the lobby is acked when all nodes know of the
 * new member, and messages between two nodes arrive in order.
 */
async function nodesSettled(): Promise<void> {
  if (testMode() !== 'cluster') return;
  await Promise.all(serverUrls().map(async (url) => (await api({ url }).call('auth.guest', { body: {} })).ok(201)));
}

/** Connects and waits for `session.ready`. */
export async function connect(caller: Credentials, options: ConnectOptions = {}): Promise<TestSocket> {
  const client = new TestSocket(dial(caller, options));
  const refused = new Promise<never>((_, reject) => client.socket.once('connect_error', reject));
  client.socket.connect();
  await within(10_000, 'the handshake', Promise.race([client.waitFor('session.ready', undefined, 10_000), refused]));
  return client;
}

/** Tries to connect and is refused; returns the error code and the events that arrived nevertheless. */
export async function connectRefused(
  caller: Credentials,
  options: ConnectOptions = {},
): Promise<{ code: ErrorCode; events: EventRecorder }> {
  const client = new TestSocket(dial(caller, options));
  const refused = new Promise<Error>((resolve, reject) => {
    client.socket.once('connect_error', resolve);
    client.socket.once('connect', () => reject(new Error('the handshake succeeded')));
  });
  client.socket.connect();
  const error = await within(10_000, 'a refusal', refused);
  const data: unknown = 'data' in error ? error.data : undefined;
  if (typeof data !== 'object' || data === null || !('code' in data)) throw new Error(`connect_error without data.code: ${String(error)}`);
  return { code: errorCode(String(data.code), 'the handshake'), events: client.events };
}

/** Closes every socket that the test left open, and throws if any of them received something the contract does not allow. */
export function closeSockets(): void {
  const all = [...open];
  for (const client of all) client.close();
  for (const client of all) client.events.throwViolations();
}

function dial(caller: Credentials, options: ConnectOptions): Socket {
  return io(caller.url ?? nextServerUrl(), {
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    transports: options.transports ?? ['websocket'],
    auth: caller.accessToken === undefined ? {} : { token: caller.accessToken },
    extraHeaders: { ...options.headers },
  });
}

/** Whether the value has one of the two forms of an ack. */
export function isAck(ack: unknown): ack is { ok: true; data: unknown } | { ok: false; error: unknown } {
  if (typeof ack !== 'object' || ack === null || !('ok' in ack)) return false;
  return ack.ok === true ? 'data' in ack : ack.ok === false && 'error' in ack;
}

/** Cast: the data is parsed with the command's schema right here. */
function checked<N extends CommandName>(name: N, data: unknown): CommandData<N> {
  return exactly(commands[name].data, data, `the ack of ${name}`) as CommandData<N>;
}
