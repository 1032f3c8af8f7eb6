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
