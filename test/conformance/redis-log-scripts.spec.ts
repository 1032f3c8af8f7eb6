import { Redis } from 'ioredis';
import type { ConversationId } from '#contracts/primitives.js';
import type { Draft } from '../../src/modules/log/draft.js';
import { LogKeys } from '../../src/modules/log/redis/log-keys.js';
import { prepareDraft } from '../../src/modules/log/redis/prepare-draft.js';
import { type CommitCall, commitShards, type StorageAnswers } from '../../src/modules/log/redis/commit-shards.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { change, LogScene, message } from './log/log-scene.js';
import { createRedisStore, type RedisStore } from './log/redis-store.js';

const nothingAsked: StorageAnswers = { heads: new Map(), askedAt: 0, places: new Map() };

/** The refusals of the script itself, which do not depend on the state of any node. */
describe('the commit script', () => {
  let server: RedisServer;
  let redis: Redis;
  let store: RedisStore;
  let scene: LogScene;
  let id: ConversationId;
  let keys: LogKeys;
  let call: CommitCall;

  beforeEach(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    store = await createRedisStore(server.url);
    const log = await store.open();
    scene = await LogScene.create(() => Promise.resolve({ ...store, open: () => Promise.resolve(log) }));
    id = await scene.conversation();
    await scene.send(id, 2);
    const shard = log.shardOf(id);
    keys = new LogKeys(store.namespace, shard);
    call = { epoch: log.epoch(), node: 'a-node', number: 1 };
    // A closed log no longer reopens its shards.
    await log.close();
  });
  afterEach(async () => {
    redis.disconnect();
    await store.close();
    await server.stop();
  });

  const run = async (options: Partial<CommitCall>, drafts: Draft[], answers = nothingAsked) => {
    const units = [drafts.map((draft) => prepareDraft(draft, 0, Date.now()))];
    const [answer] = await commitShards(redis, { ...call, ...options }, [{ keys, units, answers }]);
    return answer;
  };
  /** The head as stored in Redis: "<seq> <rev>". */
  const headNow = async () => redis.hget(keys.heads(Number(await redis.hget(keys.meta, 'generation'))), id);

  it('commits nothing after a restart of Redis until the shard is opened again', async () => {
    expect(await run({}, [message(id)])).toMatchObject({ outcomes: [[{ outcome: 'committed', seq: 3 }]] });
    await server.kill();
    await server.start();
    expect(await run({ number: 2 }, [message(id)])).toBe('restarted');
    expect(await headNow()).toBe('3 4');
  });

  it('commits nothing in another epoch or in an empty log', async () => {
    expect(await run({ epoch: 'another' }, [message(id)])).toBe('epoch');
    expect(await headNow()).toBe('2 3');
    await redis.flushall();
    expect(await run({}, [message(id)])).toBe('epoch');
    expect(await redis.dbsize()).toBe(0);
  });

  it('answers a repeated call with the first result, and refuses an outdated call', async () => {
    const drafts = [message(id), change(id)];
    const first = await run({ number: 7 }, drafts);
    expect(await run({ number: 7 }, drafts)).toEqual(first);
    expect(await run({ number: 6 }, [message(id)])).toBe('stale');
    expect(await run({ number: 1, node: 'another' }, [message(id)])).toMatchObject({ outcomes: [[{ outcome: 'committed', rev: 6 }]] });
    expect(await headNow()).toBe('4 6');
  });

  it('accepts a head from storage for thirty seconds, and only if Redis has none', async () => {
    const [seconds] = await redis.time();
    const answers = (askedAt: number): StorageAnswers => ({ ...nothingAsked, heads: new Map([[id, { seq: 1, rev: 2 }]]), askedAt });
    expect(await run({ number: 2 }, [message(id)], answers(Number(seconds) * 1000))).toMatchObject({ outcomes: [[{ rev: 4 }]] });
    await forgetHeads();
    expect(await run({ number: 3 }, [message(id)], answers((Number(seconds) - 40) * 1000))).toMatchObject({
      outcomes: [[{ outcome: 'unknown' }]],
    });
    expect(await headNow()).toBeNull();
  });

  it('continues above pending and parked entries when Redis has lost the head and storage is behind', async () => {
    const [seconds] = await redis.time();
    const answers: StorageAnswers = { ...nothingAsked, heads: new Map([[id, { seq: 0, rev: 1 }]]), askedAt: Number(seconds) * 1000 };
    await forgetHeads();
    expect(await run({ number: 2 }, [message(id)], answers)).toMatchObject({ outcomes: [[{ seq: 3, rev: 4 }]] });
    const log = await store.open();
    for (const entry of await log.pending(id, { order: 'asc', limit: 10 })) await log.park(entry, 'a reason');
    await log.close();
    await forgetHeads();
    expect(await run({ number: 3 }, [message(id)], answers)).toMatchObject({ outcomes: [[{ seq: 4, rev: 5 }]] });
  });

  /** Deletes all heads, as the end of two generations does. */
  async function forgetHeads(): Promise<void> {
    for (const key of await redis.keys(`${keys.prefix}heads:*`)) await redis.del(key);
  }
});
