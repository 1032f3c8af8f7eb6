import { io, type Socket } from 'socket.io-client';
import { uuidv7 } from 'uuidv7';
import type { ConversationId, UserId } from '../../contracts/primitives.js';
import { Retrier } from '../support/retrier.js';
import { RestClient } from '../support/rest-client.js';
import { inParallel } from '../support/in-parallel.js';

const readyTimeoutMs = 30_000;
const ackTimeoutMs = 15_000;
/** Syllables of invented words, because neither a repeated word nor noise is a realistic text. */
const syllables = ['ba', 'ko', 'ri', 'ten', 'mu', 'sal', 'vo', 'lin', 'dra', 'pe', 'hu', 'zin', 'or', 'gal', 'ty', 'em'];
const textBytes = 80;

export interface Person {
  readonly id: UserId;
  readonly token: string;
  /** The index of the socket's node. */
  readonly node: number;
  socket: Socket | undefined;
}

/** Many guests on all nodes of a cluster. */
export class Crowd {
  readonly people: Person[] = [];
  private readonly rests: readonly RestClient[];

  constructor(private readonly urls: readonly string[]) {
    this.rests = urls.map((url) => new RestClient(url, new Retrier(30_000)));
  }

  /** Registers guests, spread over the nodes in turn. */
  async register(count: number): Promise<void> {
    const made = await inParallel(Array.from({ length: count }), async (_, index): Promise<Person> => {
      const node = index % this.urls.length;
      const { user, accessToken } = await this.rest(node).call('auth.guest', { body: {} });
      return { id: user.id, token: accessToken, node, socket: undefined };
    });
    this.people.push(...made);
  }

  /** Connects all guests; resolves when every session is ready. */
  async connect(): Promise<void> {
    await inParallel(this.people, async (person) => {
      person.socket = await connect(this.urls[person.node] ?? '', person.token);
    });
  }

  async direct(one: Person, other: Person): Promise<ConversationId> {
    const body = { type: 'direct' as const, memberIds: [other.id] };
    return (await this.rest(one.node).call('conversation.create', { token: one.token, body })).id;
  }

  async group(maker: Person, others: readonly Person[]): Promise<ConversationId> {
    const body = { type: 'group' as const, title: 'Measured', memberIds: others.map(({ id }) => id) };
    return (await this.rest(maker.node).call('conversation.create', { token: maker.token, body })).id;
  }

  leave(): void {
    for (const { socket } of this.people) socket?.disconnect();
  }

  private rest(node: number): RestClient {
    const found = this.rests[node];
    if (found === undefined) throw new Error(`there is no node ${node}`);
    return found;
  }
}

/** Every sender sends its share, one message after the ack of another. Resolves with the number of acks; throws if a send is refused. */
export async function sendAll(senders: readonly { person: Person; conversationId: ConversationId }[], each: number): Promise<number> {
  await Promise.all(
    senders.map(async ({ person, conversationId }) => {
      for (let sent = 0; sent < each; sent += 1)
        await command(person, 'message.send', { conversationId, clientId: uuidv7(), text: words() });
    }),
  );
  return senders.length * each;
}

/** Sends one socket command. Throws if it is refused or not answered. */
export async function command(person: Person, name: string, payload: object): Promise<void> {
  const answer: unknown = await person.socket?.timeout(ackTimeoutMs).emitWithAck(name, payload);
  const isOk = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
  if (!isOk) throw new Error(`${name} was refused: ${JSON.stringify(answer)}`);
}

function connect(url: string, token: string): Promise<Socket> {
  const socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false, timeout: readyTimeoutMs });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a socket was not ready in time')), readyTimeoutMs);
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

function words(): string {
  let text = '';
  while (text.length < textBytes) {
    for (let left = 1 + Math.floor(Math.random() * 3); left > 0; left -= 1) text += syllables[Math.floor(Math.random() * syllables.length)];
    text += ' ';
  }
  return text.slice(0, textBytes);
}
