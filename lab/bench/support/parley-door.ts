import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { Patience } from '../../replay/patience.js';
import { RestClient } from '../../replay/rest-client.js';

/** Limits that protect a server from one client, which a generator is; everything else runs with its defaults. */
export const raisedLimits = {
  RATE_REGISTER_PER_MINUTE: '10000000',
  RATE_REST_PER_SECOND: '10000000',
  SOCKET_EVENTS_PER_SECOND_MAX: '10000000',
  SOCKETS_UNPROVEN_MAX: '20000',
  LOG_LEVEL: 'info',
  LOBBY: 'off',
};

export interface BenchUser {
  readonly userId: UserId;
  readonly token: string;
}

/** Makes users and conversations through Parley's REST door. Guests: a password would cost tens of milliseconds each. */
export class ParleyDoor {
  readonly rest: RestClient;

  constructor(readonly url: string) {
    this.rest = new RestClient(url, new Patience(30_000));
  }

  async makeUser(): Promise<BenchUser> {
    const { user, accessToken } = await this.rest.call('auth.guest', { body: {} });
    return { userId: user.id, token: accessToken };
  }

  async makeDirect(one: BenchUser, other: BenchUser): Promise<ConversationId> {
    const made = await this.rest.call('conversation.create', { token: one.token, body: { type: 'direct', memberIds: [other.userId] } });
    return made.id;
  }

  async makeGroup(maker: BenchUser, others: readonly BenchUser[]): Promise<ConversationId> {
    const memberIds = others.map(({ userId }) => userId);
    const made = await this.rest.call('conversation.create', { token: maker.token, body: { type: 'group', title: 'Bench', memberIds } });
    return made.id;
  }
}
