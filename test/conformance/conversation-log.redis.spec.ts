import { findRedis, redisRemedy, type RedisServer, startRedis } from '../support/redis.js';
import { present } from '../support/present.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createRedisStore } from './log/redis-store.js';

const program = findRedis();

if (program === undefined) {
  it(`is not tested on Redis: there is none here; ${redisRemedy}`, () => undefined);
} else {
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    redis = await startRedis(program);
  });
  afterAll(() => redis?.stop());

  describeConversationLog('Redis', () => createRedisStore(present(redis).url));
}
