import { randomBytes } from 'node:crypto';
import type { Conversation } from '../../contracts/conversations/schemas.js';
import type { HistoryPage, Message } from '../../contracts/messages/schemas.js';
import type { ConversationId } from '../../contracts/primitives.js';
import { ChatSocket } from './chat-socket.js';
import { Observer } from './observer.js';
import { type Retrier, RefusedError } from '../support/retrier.js';
import type { RestClient } from '../support/rest-client.js';

/** The channel of one replay and its observers. The first observer created the channel. */
export class Stage {
  readonly observers: Observer[] = [];
  private readonly sockets: ChatSocket[] = [];

  private constructor(
    private readonly url: string,
    private readonly rest: RestClient,
    private readonly retrier: Retrier,
    private readonly token: string,
    readonly conversationId: ConversationId,
  ) {}

  /** Creates a public channel with a unique name, and `observers` guests (at least one) who are members from the start. */
  static async set(url: string, rest: RestClient, retrier: Retrier, title: string, observers: number): Promise<Stage> {
    const maker = await rest.call('auth.guest', { body: { displayName: 'observer 1' } });
    const channel = await createChannel(rest, maker.accessToken, title);
    const stage = new Stage(url, rest, retrier, maker.accessToken, channel.id);
    await stage.observe('observer 1', maker.accessToken);
    for (let number = 2; number <= observers; number += 1) {
      const guest = await rest.call('auth.guest', { body: { displayName: `observer ${number}` } });
      await stage.observe(`observer ${number}`, guest.accessToken);
    }
    return stage;
  }

  /** Fetches the current state of the conversation. */
  conversation(): Promise<Conversation> {
    return this.rest.call('conversation.get', { token: this.token, params: { conversationId: this.conversationId } });
  }

  /** Reads the whole history over REST, page by page from the first message. */
  async readHistory(): Promise<Message[]> {
    const history: Message[] = [];
    for (let after = 0; ;) {
      const query = { after, order: 'asc', limit: 200 } as const;
      const page: HistoryPage = await this.rest.call('message.history', {
        token: this.token,
        params: { conversationId: this.conversationId },
        query,
      });
      history.push(...page.items);
      if (!page.hasNewer || page.newestSeq === null) return history;
      after = page.newestSeq;
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }

  private async observe(name: string, token: string): Promise<void> {
    const socket = new ChatSocket(this.url, token, this.retrier);
    const observer = new Observer(name, socket, this.conversationId);
    this.sockets.push(socket);
    this.observers.push(observer);
    observer.listen();
    await socket.open();
    const isMaker = token === this.token;
    if (isMaker) observer.startFrom(await this.conversation());
    else observer.startFrom((await socket.command('conversation.join', { conversationId: this.conversationId })).data);
  }
}

/** Creates the channel. If a repeat after a lost answer finds the name taken, the first attempt created the channel. */
async function createChannel(rest: RestClient, token: string, title: string): Promise<Conversation> {
  const name = `replay-${randomBytes(6).toString('hex')}`;
  try {
    return await rest.call('conversation.create', {
      token,
      body: { type: 'channel', visibility: 'public', name, title: title.slice(0, 120), policy: { post: 'member' } },
    });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.error.code !== 'conversation.nameTaken') throw error;
    return rest.call('conversation.byName', { token, params: { name } });
  }
}
