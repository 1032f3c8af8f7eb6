import { present } from '../support/present.js';
import { findRedis, redisRemedy, startRedisCluster } from '../support/redis.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createRedisStore } from './log/redis-store.js';

const program = findRedis();

if (program === undefined) {
  it(`is not tested on a Redis Cluster: there is no Redis here; ${redisRemedy}`, () => undefined);
} else {
  let cluster: { readonly url: string; stop(): Promise<void> } | undefined;
  beforeAll(async () => {
    cluster = await startRedisCluster(program);
  }, 60_000);
  afterAll(() => cluster?.stop());

  describeConversationLog('a Redis Cluster of three masters', () => createRedisStore(present(cluster).url));
}
