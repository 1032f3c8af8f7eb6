import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { RestClient } from '../../support/rest-client.js';
import { Retrier } from '../../support/retrier.js';

const retryForMs = 30_000;

export interface BenchUser {
  readonly userId: UserId;
  readonly token: string;
}

/** Creates users and conversations over REST. Users are guests, because hashing a password takes tens of milliseconds. */
export class ParleyApi {
  readonly rest: RestClient;

  constructor(readonly url: string) {
    this.rest = new RestClient(url, new Retrier(retryForMs));
  }

  async createUser(): Promise<BenchUser> {
    const { user, accessToken } = await this.rest.call('auth.guest', { body: {} });
    return { userId: user.id, token: accessToken };
  }

  async createDirect(one: BenchUser, other: BenchUser): Promise<ConversationId> {
    const body = { type: 'direct' as const, memberIds: [other.userId] };
    return (await this.rest.call('conversation.create', { token: one.token, body })).id;
  }

  async createGroup(creator: BenchUser, others: readonly BenchUser[]): Promise<ConversationId> {
    const body = { type: 'group' as const, title: 'Bench', memberIds: others.map(({ userId }) => userId) };
    return (await this.rest.call('conversation.create', { token: creator.token, body })).id;
  }
}
