import type { Session } from '../../contracts/auth/schemas.js';
import type { Message } from '../../contracts/messages/schemas.js';
import type { ClientId, ConversationId, UserId } from '../../contracts/primitives.js';
import { ChatSocket } from './chat-socket.js';
import { type Retrier, RefusedError } from '../support/retrier.js';
import type { RestClient } from '../support/rest-client.js';

/** Shared by all people of a replay. */
export interface Surroundings {
  readonly url: string;
  readonly rest: RestClient;
  readonly retrier: Retrier;
  readonly conversationId: ConversationId;
}

/** A message to be sent. */
export interface Outgoing {
  readonly clientId: ClientId;
  readonly text: string;
  readonly replyTo: number | null;
  readonly isAction: boolean;
}

/** The acknowledged message, the time from the first attempt to the ack, and whether an earlier attempt had sent it already. */
export interface Acknowledged {
  readonly message: Message;
  readonly ackMs: number;
  readonly isReplay: boolean;
}

/** A person of the log: one guest account for the whole replay, one socket at a time. */
export class Participant {
  private session: Session | null = null;
  private socket: ChatSocket | null = null;

  constructor(
    private readonly around: Surroundings,
    private readonly firstName: string,
  ) {}

  get userId(): UserId | null {
    return this.session?.user.id ?? null;
  }

  async join(): Promise<void> {
    this.session ??= await this.around.rest.call('auth.guest', { body: { displayName: this.firstName } });
    const socket = await this.connect();
    await tolerate(['member.alreadyMember'], socket.command('conversation.join', { conversationId: this.around.conversationId }));
  }

  async reconnect(): Promise<void> {
    this.close();
    await this.connect();
  }

  async send(outgoing: Outgoing): Promise<Acknowledged> {
    const startedAt = performance.now();
    const { data, unanswered, askedAt } = await this.connected().command('message.send', {
      conversationId: this.around.conversationId,
      clientId: outgoing.clientId,
      text: outgoing.text,
      ...(outgoing.replyTo === null ? {} : { replyTo: outgoing.replyTo }),
      ...(outgoing.isAction ? { metadata: { action: true } } : {}),
    });
    const isReplay = unanswered > 0 && Date.parse(data.createdAt) < askedAt;
    return { message: data, ackMs: performance.now() - startedAt, isReplay };
  }

  async rename(displayName: string): Promise<void> {
    await this.around.rest.call('user.patchMe', { token: this.token(), body: { displayName } });
  }

  async leave(): Promise<void> {
    const leaving = this.connected().command('conversation.leave', { conversationId: this.around.conversationId });
    await tolerate(['conversation.notFound', 'forbidden'], leaving);
    this.close();
  }

  /** The display name the server knows now. */
  async currentName(): Promise<string> {
    return (await this.around.rest.call('user.me', { token: this.token() })).displayName;
  }

  close(): void {
    this.socket?.close();
    this.socket = null;
  }

  private async connect(): Promise<ChatSocket> {
    const socket = new ChatSocket(this.around.url, this.token(), this.around.retrier);
    this.socket = socket;
    await socket.open();
    return socket;
  }

  private connected(): ChatSocket {
    if (!this.socket) throw new Error(`${this.firstName} has no socket`);
    return this.socket;
  }

  private token(): string {
    if (!this.session) throw new Error(`${this.firstName} has no account`);
    return this.session.accessToken;
  }
}

/** Treats a refusal as success if an earlier attempt without an answer may have had the effect already. */
async function tolerate(codes: readonly string[], command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    const isExpected = error instanceof RefusedError && error.isAfterUnanswered && codes.includes(error.error.code);
    if (!isExpected) throw error;
  }
}
