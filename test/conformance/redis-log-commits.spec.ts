import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { ClientId, type ConversationId } from '#contracts/primitives.js';
import { LogKeys } from '../../src/modules/log/redis/log-keys.js';
import { queryRows } from '../support/database.js';
import { environment } from '../support/environment.js';
import { openLink } from '../support/link.js';
import { present } from '../support/present.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { again, change, LogScene, message, seqs } from './log/log-scene.js';
import { createRedisStore, createYoungRedisStore, type RedisStore } from './log/redis-store.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A UUIDv7 of this time. */
function clientIdOf(time: number): ClientId {
  const digits = Math.floor(time).toString(16).padStart(12, '0');
  return ClientId.parse(`${digits.slice(0, 8)}-${digits.slice(8)}-7${randomUUID().slice(15)}`);
}

const randomClientId = () => ClientId.parse(randomUUID());

describe('committing to the log on Redis', () => {
  let server: RedisServer;
  let redis: Redis;
  let store: RedisStore;
  let scene: LogScene;
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
    store = await createRedisStore(server.url);
    scene = await LogScene.create(() => Promise.resolve(store));
    id = await scene.conversation();
    await scene.send(id, 1);
  });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
    await store.close();
  });
  const opened: Array<() => Promise<void>> = [];

  const keys = () => new LogKeys(store.namespace, scene.log.shardOf(id));

  /** Runs `work` while the log's connections to Postgres are refused. */
  async function withoutPostgres(work: () => Promise<void>): Promise<void> {
    const { adminUrl } = environment();
    const name = new URL(store.databaseUrl).pathname.slice(1);
    await queryRows(adminUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await queryRows(
      adminUrl,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'parley-log'",
      [name],
    );
    try {
      await work();
    } finally {
      await queryRows(adminUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    }
  }

  it('needs no Postgres for new client ids in active conversations', async () => {
    const draft = message(id);
    await withoutPostgres(async () => {
      expect(await scene.commit(draft, change(id))).toMatchObject([{ outcome: 'committed', seq: 2 }, { outcome: 'committed' }]);
      expect(await scene.commit(again(draft))).toMatchObject([{ outcome: 'replayed', seq: 2 }]);
    });
  });

  it('refuses only units with an old client id or an idle conversation while Postgres is away', async () => {
    const idle = await scene.conversation();
    const [old, toIdle] = [message(id, { clientId: randomClientId() }), message(idle)];
    await withoutPostgres(async () => {
      const outcomes = await scene.log.commit([[message(id)], [old], [toIdle], [message(id)]]);
      expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual(['committed', 'unavailable', 'unavailable', 'committed']);
    });
    expect(await scene.log.commit([[old], [toIdle]])).toMatchObject([
      [{ outcome: 'committed', seq: 4 }],
      [{ outcome: 'committed', seq: 1 }],
    ]);
  });

  it('finds client ids that are not a UUIDv7 in storage when Redis has lost them', async () => {
    const draft = message(id, { clientId: randomClientId() });
    await scene.commit(draft);
    await scene.drain();
    for (const key of await redis.keys(`${keys().prefix}late:*`)) await redis.del(key);
    expect(await scene.commit(again(draft))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
    expect(await scene.commit(again(draft, 'another body'))).toEqual([{ outcome: 'conflict', seq: 2 }]);
  });

  it('recognises a client id that left the log after storage was asked about it', async () => {
    const draft = message(id, { clientId: randomClientId() });
    await scene.commit(draft);
    const entries = await scene.outboxes();
    await scene.log.settle(entries);
    expect(await scene.commit(again(draft))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
  });

  it('looks up client ids in storage that are older than the log, and remembers those of the dedupe window', async () => {
    const young = await createYoungRedisStore(server.url);
    opened.push(() => young.close());
    const youngScene = await LogScene.create(() => Promise.resolve(young));
    const other = await youngScene.conversation();
    const draft = message(other);
    await youngScene.commit(draft);
    await youngScene.drain();
    for (const key of await redis.keys(`${young.namespace}*ids:*`)) await redis.del(key);
    for (const key of await redis.keys(`${young.namespace}*late:*`)) await redis.del(key);
    expect(await youngScene.commit(again(draft))).toMatchObject([{ outcome: 'replayed' }]);
    const remembered = message(id);
    await scene.commit(remembered);
    await scene.drain();
    const [memory] = await redis.keys(`${keys().prefix}ids:*`);
    expect(await redis.ttl(present(memory))).toBeGreaterThan(24 * 3600);
    await withoutPostgres(async () => expect(await scene.commit(again(remembered))).toMatchObject([{ outcome: 'replayed' }]));
  });

  it('forgets the heads of conversations that were idle for two generations, and no others', async () => {
    const others = [await conversationOfSameShard(), await conversationOfSameShard()];
    await scene.drain();
    for (const other of others) {
      await redis.hset(keys().meta, 'rotatesAt', 0);
      await scene.send(other, 1);
    }
    const generation = Number(await redis.hget(keys().meta, 'generation'));
    const kept = await Promise.all([generation, generation - 1].map((number) => redis.hkeys(keys().heads(number))));
    expect(kept.flat().sort()).toEqual([...others].sort());
    expect(await redis.exists(keys().heads(generation - 2))).toBe(0);
    expect(await redis.ttl(keys().heads(generation))).toBeGreaterThan(1800);
    expect(await scene.commit(message(id))).toEqual([{ outcome: 'committed', seq: 2, rev: 3 }]);
    await scene.drain();
    expect(await redis.keys(`${keys().prefix}${id}:*`)).toEqual([]);
    expect(await redis.exists(...keys().ofEntries)).toBe(0);
  });

  /** Creates another conversation in the same shard. */
  async function conversationOfSameShard(): Promise<ConversationId> {
    for (;;) {
      const other = await scene.conversation();
      if (scene.log.shardOf(other) === scene.log.shardOf(id)) return other;
    }
  }

  it('remembers the client ids of an hour while one of their entries waits, and then until the dedupe window ends', async () => {
    const hour = async () => present((await redis.keys(`${keys().prefix}ids:*`))[0]);
    await scene.send(id, 2);
    const [first, ...rest] = await scene.outboxes();
    await scene.log.settle([present(first)]);
    expect(await redis.ttl(await hour())).toBe(-1);
    await scene.log.settle(rest);
    expect(await redis.ttl(await hour())).toBeGreaterThan(24 * 3600);
    await scene.send(id, 1);
    expect(await redis.ttl(await hour())).toBe(-1);
  });

  it('recognises a client id that has waited longer than the dedupe window', async () => {
    const draft = message(id, { clientId: clientIdOf(Date.now() - dayMs - hourMs), at: new Date(Date.now() - dayMs) });
    await scene.commit(draft);
    expect(await scene.commit(again(draft))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
  });

  it('recognises a client id from a client whose clock is ahead', async () => {
    const draft = message(id, { clientId: clientIdOf(Date.now()), at: new Date(Date.now() - hourMs) });
    await scene.commit(draft);
    await scene.log.settle(await scene.outboxes());
    expect(await scene.commit(again(draft))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
  });

  it('answers with the outcome of a commit whose reply was lost, without committing twice', async () => {
    const link = await openLink(Number(new URL(server.url).port));
    opened.push(() => link.close());
    const log = await store.open({ url: `redis://127.0.0.1:${link.port}` });
    for (let round = 0; round < 5; round += 1) {
      link.loseNextReply();
      const [outcomes] = await log.commit([[message(id), change(id)]]);
      expect(outcomes).toMatchObject([
        { outcome: 'committed', seq: 2 + round, rev: 3 + 2 * round },
        { outcome: 'committed', rev: 4 + 2 * round },
      ]);
    }
    expect(await scene.log.pending(id, { order: 'asc', limit: 100 })).toHaveLength(11);
  });

  it('commits to many shards at the same time, once even if the reply is lost, and without a shard that is closed', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => scene.conversation()));
    const shards = new Set(ids.map((one) => scene.log.shardOf(one)));
    expect(shards.size).toBeGreaterThan(1);
    const link = await openLink(Number(new URL(server.url).port));
    opened.push(() => link.close());
    const log = await store.open({ url: `redis://127.0.0.1:${link.port}` });
    await log.commit(ids.map((one) => [message(one)]));
    link.loseNextReply();
    const again = await log.commit(ids.map((one) => [message(one)]));
    expect(again).toEqual(ids.map(() => [{ outcome: 'committed', seq: 2, rev: 3 }]));
    const closed = scene.log.shardOf(ids[0] ?? id);
    await redis.hset(new LogKeys(store.namespace, closed).meta, 'opens', Date.now() + hourMs);
    const outcomes = await log.commit(ids.map((one) => [message(one)]));
    expect(outcomes.map(([one]) => one?.outcome)).toEqual(
      ids.map((one) => (scene.log.shardOf(one) === closed ? 'unavailable' : 'committed')),
    );
    await redis.hset(new LogKeys(store.namespace, closed).meta, 'opens', 0);
  });

  it('refuses commits while Redis is short of memory, and still settles entries beyond the limit', async () => {
    await scene.send(id, 20);
    try {
      await redis.config('SET', 'maxmemory', '1mb');
      await until('commits are refused', async () => {
        const answer = await scene.log.commit([[message(id)]]).catch((error: unknown) => error);
        return answer instanceof Error && 'code' in answer && answer.code === 'overloaded';
      });
      await scene.drain();
      expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    await until('commits are accepted', async () => (await scene.commit(message(id)).catch(() => []))[0]?.outcome === 'committed');
    expect(seqs(await scene.log.pending(id, { order: 'asc', limit: 10 })).every((seq) => (seq ?? 0) > 21)).toBe(true);
  });
});
