import { type RedisServer, startRedis } from '../support/redis.js';
import { present } from '../support/present.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createRedisStore } from './log/redis-store.js';

let redis: RedisServer | undefined;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describeConversationLog('Redis', () => createRedisStore(present(redis).url));
