import { parseRedisUrl } from '#platform/redis/parse-redis-url.js';
import { RedisLink } from '#platform/redis/redis-link.js';
import { present } from '../support/present.js';
import { startRedisCluster } from '../support/redis.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createRedisStore } from './log/redis-store.js';

let cluster: { readonly url: string; stop(): Promise<void> } | undefined;
beforeAll(async () => {
  cluster = await startRedisCluster();
}, 60_000);
afterAll(() => cluster?.stop());

describeConversationLog('a Redis Cluster of three masters', () => createRedisStore(present(cluster).url));

it('accepts many simultaneous connections at the first attempt', async () => {
  let attempts = 0;
  const links = Array.from({ length: 40 }, () => {
    const link = new RedisLink(
      parseRedisUrl(present(cluster).url),
      'commands',
      'test',
      () => undefined,
      () => undefined,
    );
    link.client.on('reconnecting', () => (attempts += 1));
    return link;
  });
  await Promise.all(links.map((link) => link.awaitReady(5000)));
  for (const link of links) link.close();
  expect(attempts).toBe(0);
});
