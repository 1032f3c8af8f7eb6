import type { ClientId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guests } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { makeConversation } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';

jest.setTimeout(90_000);

const sendersAtOnce = 4;
const messagesAfter = 300;

describe('a second node', () => {
  let redis: RedisServer;
  let databaseUrl: string;
  const nodes: Server[] = [];

  const start = async (): Promise<Server> => {
    const env = { REDIS_URL: redis.url, AUTH_SECRET: 'a secret that all nodes of these tests share' };
    const node = await startServer({ databaseUrl, env, args: ['--role', 'all'], readyTimeoutMs: 60_000 });
    nodes.push(node);
    return node;
  };

  beforeAll(async () => {
    [redis, databaseUrl] = await Promise.all([startRedis(), createDatabase(environment().adminUrl)]);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await redis.stop();
  });

  it('that starts during traffic delivers every event to its first client, although the first node had been alone until then', async () => {
    const first = await start();
    const people = await guests(sendersAtOnce + 1, first.url);
    const [owner, ...others] = people;
    const { id } = await makeConversation(present(owner), others);
    const senders = await Promise.all(others.map((one) => connect(one)));
    let last = 0;
    let isOver = false;
    const talking = senders.map(async (socket) => {
      while (!isOver) {
        const { seq } = await socket.ok('message.send', { conversationId: id, clientId: newId<ClientId>(), text: 'word' });
        last = Math.max(last, seq);
      }
    });
    const second = await start();
    const listener = await connect({ ...present(owner), url: second.url });
    const { conversations } = itemAt(listener.of('session.ready'), 0);
    const from = present(conversations.find((one) => one.id === id)).seq;
    await listener.waitFor('message.created', ({ seq }) => seq >= from + messagesAfter, 30_000);
    isOver = true;
    await Promise.all(talking);
    await listener.waitFor('message.created', ({ seq }) => seq >= last, 10_000);
    const seqs = listener.of('message.created').map(({ seq }) => seq);
    expect(seqs.filter((seq) => seq > from)).toEqual(Array.from({ length: last - from }, (_, index) => from + 1 + index));
    expect(listener.of('resync.required')).toEqual([]);
  });
});
