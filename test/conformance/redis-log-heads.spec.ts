import { Redis } from 'ioredis';
import type { ConversationId } from '#contracts/primitives.js';
import { LogKeys } from '../../src/modules/log/redis/log-keys.js';
import { LogStorage } from '../../src/modules/log/redis/log-storage.js';
import { newId } from '#platform/ids.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { createRedisStore } from './log/redis-store.js';
import { LogScene, message } from './log/log-scene.js';

const askHeads = LogStorage.prototype.heads;

describe('a head that Redis has lost, of a conversation with pending entries', () => {
  let server: RedisServer;
  let redis: Redis;
  let scene: LogScene;
  let keys: LogKeys;
  let id: ConversationId;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  beforeEach(async () => {
    const store = await createRedisStore(server.url);
    scene = await LogScene.create(() => Promise.resolve(store));
    id = await scene.conversation();
    keys = new LogKeys(store.namespace, scene.log.shardOf(id));
    await scene.send(id, 3);
    expect(await redis.unlink(keys.heads(1), keys.heads(2))).toBe(1);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await scene.store.close();
  });

  /** Runs `work` between the answer of storage about the head and the commit that uses the answer, the first `times` times. */
  function runBeforeCommit(times: number, work: () => Promise<unknown>): void {
    let left = times;
    jest.spyOn(LogStorage.prototype, 'heads').mockImplementation(async function (this: LogStorage, ...asked) {
      const answer = await askHeads.apply(this, asked);
      left -= 1;
      if (left >= 0) await work();
      return answer;
    });
  }

  it('is not taken from an answer of storage that is older than the settled entries', async () => {
    runBeforeCommit(1, () => scene.drain());
    expect(await scene.commit(message(id))).toEqual([{ outcome: 'committed', seq: 4, rev: 5 }]);
    await scene.drain();
    const rows = await scene.database.query<{ seq: number }>('SELECT seq FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('is read again while entries keep being settled, and then the send fails with a retryable error', async () => {
    runBeforeCommit(2, async () => {
      await scene.drain();
      await redis.hset(keys.meta, 'settledAt', Date.now());
    });
    expect(await scene.commit(message(id))).toEqual([{ outcome: 'committed', seq: 4, rev: 5 }]);
    await redis.unlink(keys.heads(1), keys.heads(2));
    await redis.hset(keys.meta, 'settledAt', Date.now() + 60_000);
    const draft = message(id);
    expect(await scene.commit(draft)).toEqual([{ outcome: 'unavailable' }]);
    await redis.hset(keys.meta, 'settledAt', Date.now() - 1);
    expect(await scene.commit(draft)).toEqual([{ outcome: 'committed', seq: 5, rev: 6 }]);
  });

  it('is unknown if the conversation does not exist', async () => {
    const missing = newId<ConversationId>();
    expect(await scene.commit(message(missing))).toEqual([{ outcome: 'unknown' }]);
  });
});
