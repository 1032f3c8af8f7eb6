import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { ConversationId } from '#contracts/primitives.js';
import { RedisConversationLog } from '../../src/modules/log/redis/redis-conversation-log.js';
import type { Draft } from '../../src/modules/log/draft.js';
import { itemAt, present } from '../support/present.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { createLog } from '#platform/logging/log.js';
import { RedisConnections } from '#platform/redis/redis-connections.js';
import { LogKeys } from '../../src/modules/log/redis/log-keys.js';
import { renewRedisEpoch } from '../../src/modules/log/redis/open-redis-log.js';
import { again, change, LogScene, message, revs, seqs, shardCount } from './log/log-scene.js';
import { createRedisStore, type RedisStore } from './log/redis-store.js';

const noticedWithin = { timeoutMs: 5000 };
/** The time within which every node restores what it remembers. */
const openedWithin = { timeoutMs: 10_000 };

// These tests provoke errors that would fill the output.
beforeAll(() => Logger.overrideLogger(false));

describe('the log when Redis restarts or loses data', () => {
  let server: RedisServer;
  let store: RedisStore;
  let scene: LogScene;
  let nodes: RedisConversationLog[];
  let id: ConversationId;

  async function start(appendfsync: string): Promise<void> {
    server = await startRedis({ appendfsync });
    store = await createRedisStore(server.url);
    scene = await LogScene.create(() => Promise.resolve(store));
    nodes = [await store.open(), await store.open()];
    id = await scene.conversation();
  }
  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  const file = () => join(server.folder, 'appendonlydir');
  const copy = () => join(server.folder, 'copy');

  async function restart(): Promise<void> {
    await server.kill();
    await server.start();
  }

  /** Restarts Redis with the files of `keepCopy`, as after a power failure or the restore of an old backup. */
  async function restoreCopy(): Promise<void> {
    await server.kill();
    rmSync(file(), { recursive: true });
    cpSync(copy(), file(), { recursive: true });
    await server.start();
  }

  async function keepCopy(): Promise<void> {
    const redis = new Redis(server.url);
    await until('the file is on the disk', async () => /aof_pending_bio_fsync:0/.test(await redis.info('persistence')));
    redis.disconnect();
    cpSync(file(), copy(), { recursive: true });
  }

  /** Resolves when all nodes are in the same epoch and it is not `former`. */
  async function noticeNewEpoch(former: string): Promise<void> {
    await until(
      'every node notices',
      () => new Set([former, ...nodes.map((node) => node.epoch())]).size === 2 && nodes.every((node) => node.epoch() !== former),
      noticedWithin,
    );
  }

  async function commitOn(node: number, ...drafts: Draft[]) {
    const [outcomes] = await itemAt(nodes, node).commit([drafts]);
    return present(outcomes);
  }

  async function commitAgainUntilTaken(node: number, draft: Draft) {
    let last = await commitOn(node, draft);
    if (last[0]?.outcome !== 'unavailable') return last;
    await until('the log takes commits', async () => (last = await commitOn(node, draft))[0]?.outcome !== 'unavailable', openedWithin);
    return last;
  }

  async function stored(): Promise<Array<{ seq: number; id: string }>> {
    return scene.database.query('SELECT seq, id FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
  }

  const idsOf = (drafts: readonly Draft[]) => drafts.map((draft) => ('id' in draft.body ? draft.body.id : undefined));

  it('starts a new epoch after a restart that may have lost a second, and continues with what Redis kept', async () => {
    await start('everysec');
    const drafts = [message(id), message(id)];
    await commitOn(0, ...drafts, change(id));
    const epoch = itemAt(nodes, 0).epoch();
    await restart();
    await noticeNewEpoch(epoch);
    expect(await commitAgainUntilTaken(1, again(itemAt(drafts, 1)))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
    expect(await commitOn(0, message(id))).toEqual([{ outcome: 'committed', seq: 3, rev: 5 }]);
    const settled = itemAt(nodes, 0).epoch();
    await scene.drain();
    expect((await stored()).map((row) => row.seq)).toEqual([1, 2, 3]);
    expect(nodes.map((node) => node.epoch())).toEqual([settled, settled]);
  });

  it('keeps its epoch after a restart when Redis writes to disk before it acknowledges', async () => {
    await start('always');
    await commitOn(0, message(id), message(id));
    const epoch = itemAt(nodes, 0).epoch();
    await restart();
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 3, rev: 4 }]);
    expect(nodes.map((node) => node.epoch())).toEqual([epoch, epoch]);
    expect(await commitAgainUntilTaken(1, message(id))).toEqual([{ outcome: 'committed', seq: 4, rev: 5 }]);
  });

  it('starts a new epoch after the restore of an old copy, whatever the fsync policy', async () => {
    await start('always');
    await commitOn(0, message(id));
    await keepCopy();
    await commitOn(0, message(id));
    const epoch = itemAt(nodes, 0).epoch();
    await restoreCopy();
    await noticeNewEpoch(epoch);
    expect(await commitAgainUntilTaken(1, message(id))).toEqual([{ outcome: 'committed', seq: 3, rev: 4 }]);
  });

  it('notices a flush of Redis, and restores unpersisted entries with their original numbers', async () => {
    await start('everysec');
    const drafts = Array.from({ length: 12 }, () => message(id));
    for (const [index, draft] of drafts.slice(0, 4).entries()) await commitOn(index % 2, draft);
    await scene.drain();
    for (const [index, draft] of drafts.slice(4).entries()) await commitOn(index % 2, draft);
    await commitOn(0, change(id));
    const epoch = itemAt(nodes, 0).epoch();
    const redis = new Redis(server.url);
    await redis.flushall();
    redis.disconnect();
    await noticeNewEpoch(epoch);
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 13, rev: 15 }]);
    expect(revs(await scene.log.pending(id, { order: 'asc', limit: 100 }))).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(await commitOn(1, again(itemAt(drafts, 1)), again(itemAt(drafts, 7)))).toEqual([
      { outcome: 'replayed', seq: 2, rev: 3 },
      { outcome: 'replayed', seq: 8, rev: 9 },
    ]);
    const entries = await scene.outboxes();
    expect(seqs(entries)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, null, 13]);
    await scene.drain();
    expect((await stored()).slice(0, 12)).toEqual(idsOf(drafts).map((message, index) => ({ seq: index + 1, id: message })));
  });

  it('loses nothing that a running node acknowledged when Redis restarts without its last second', async () => {
    await start('everysec');
    const drafts = Array.from({ length: 20 }, () => message(id));
    for (const [index, draft] of drafts.slice(0, 6).entries()) await commitOn(index % 2, draft);
    await keepCopy();
    // Storage gets ahead of the copy, and Redis ahead of storage.
    for (const [index, draft] of drafts.slice(6, 10).entries()) await commitOn(index % 2, draft);
    await scene.drain();
    for (const [index, draft] of drafts.slice(10).entries()) await commitOn(index % 2, draft);
    const epoch = itemAt(nodes, 0).epoch();
    await restoreCopy();
    await noticeNewEpoch(epoch);
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 21, rev: 22 }]);
    await scene.drain();
    const rows = await stored();
    expect(rows.slice(0, 20)).toEqual(idsOf(drafts).map((message, index) => ({ seq: index + 1, id: message })));
    expect(rows).toHaveLength(21);
  });

  it('continues above the numbers in storage when no node remembers what Redis lost', async () => {
    await start('everysec');
    for (let index = 0; index < 3; index += 1) await commitOn(0, message(id));
    await keepCopy();
    for (let index = 0; index < 4; index += 1) await commitOn(0, message(id));
    await scene.drain();
    await commitOn(0, message(id));
    const epoch = itemAt(nodes, 0).epoch();
    await Promise.all([...nodes, scene.log].map((node) => (node instanceof RedisConversationLog ? node.close() : Promise.resolve())));
    await restoreCopy();
    nodes = [await store.open()];
    expect(itemAt(nodes, 0).epoch()).not.toBe(epoch);
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 8, rev: 9 }]);
    const outbox = await itemAt(nodes, 0).outbox(itemAt(nodes, 0).shardOf(id), 100);
    await scene.persist(outbox);
    expect((await stored()).map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  const meta = (key: string) =>
    scene.database.query<{ key: string; value: string }>('SELECT key, value FROM parley_meta WHERE key LIKE $1', [key]);
  const setMeta = (key: string, value: string) => scene.database.query('UPDATE parley_meta SET value = $2 WHERE key = $1', [key, value]);

  /** Resolves when Postgres has the positions, and Redis knows that. */
  async function awaitPositions(): Promise<void> {
    const redis = new Redis(server.url);
    const shard = itemAt(nodes, 0).shardOf(id);
    const key = new LogKeys(store.namespace, shard).meta;
    await until('Redis knows what Postgres has', async () => {
      const [position, known] = await redis.hmget(key, 'position', 'stored');
      return position === known;
    });
    redis.disconnect();
  }

  it('starts a new epoch on all nodes when Postgres is restored from an older copy while they run', async () => {
    await start('always');
    await commitOn(0, message(id));
    await scene.drain();
    await awaitPositions();
    const copy = await meta('redis-log.%');
    await commitOn(0, message(id));
    await scene.drain();
    await awaitPositions();
    const epoch = itemAt(nodes, 0).epoch();
    for (const { key, value } of copy) await setMeta(key, value);
    await noticeNewEpoch(epoch);
    const settled = itemAt(nodes, 0).epoch();
    expect(await commitAgainUntilTaken(1, message(id))).toEqual([{ outcome: 'committed', seq: 3, rev: 4 }]);
    await awaitPositions();
    expect(nodes.map((node) => node.epoch())).toEqual([settled, settled]);
  });

  it('starts a new epoch when Postgres is restored while no node runs', async () => {
    await start('always');
    await commitOn(0, message(id));
    await scene.drain();
    await awaitPositions();
    const epoch = itemAt(nodes, 0).epoch();
    await store.closeNodes();
    for (const { key } of await meta('redis-log.%')) await setMeta(key, '0');
    nodes = [await store.open(), await store.open()];
    const restored = itemAt(nodes, 0).epoch();
    expect(restored).not.toBe(epoch);
    await store.closeNodes();
    nodes = [await store.open()];
    expect(itemAt(nodes, 0).epoch()).toBe(restored);
  });

  it.each([
    ['is a restored dump, in another database', 'epoch.home', '1.2.00000001'],
    ['is of an epoch that Redis does not know', 'epoch', '00000000-0000-4000-8000-000000000000'],
  ])('starts a new epoch when Postgres %s', async (_, key, value) => {
    await start('always');
    await commitOn(0, message(id));
    const epoch = itemAt(nodes, 0).epoch();
    await store.closeNodes();
    await setMeta(key, value);
    nodes = [await store.open()];
    expect([epoch, value]).not.toContain(itemAt(nodes, 0).epoch());
  });

  it('enters a new epoch on all running nodes when an operator asks for it, because both stores were restored', async () => {
    await start('always');
    await commitOn(0, message(id));
    const epoch = itemAt(nodes, 0).epoch();
    const connections = await RedisConnections.connect({ url: server.url, isDurabilityChecked: true }, createLog({ level: 'fatal' }));
    const renewed = await renewRedisEpoch({ connections, databaseUrl: store.databaseUrl, shardCount, namespace: store.namespace });
    connections.close();
    expect(renewed).not.toBe(epoch);
    await until('all nodes are in it', () => nodes.every((node) => node.epoch() === renewed), noticedWithin);
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 2, rev: 3 }]);
  });

  it('never persists entries of an earlier epoch, because their numbers may belong to other messages now', async () => {
    await start('everysec');
    await commitOn(0, message(id));
    const entries = await scene.outboxes();
    const epoch = itemAt(nodes, 0).epoch();
    await restart();
    await noticeNewEpoch(epoch);
    await expect(scene.persist(entries)).rejects.toThrow('another epoch');
    expect(await stored()).toEqual([]);
    await until('the outbox is open', async () => (await scene.outboxes()).length > 0, openedWithin);
    await scene.drain();
    expect(await stored()).toHaveLength(1);
  });

  it('answers within three seconds while Redis is away, and accepts commits when Redis is back', async () => {
    await start('always');
    await commitOn(0, message(id));
    await server.kill();
    const startedAt = performance.now();
    expect(await commitOn(0, message(id))).toEqual([{ outcome: 'unavailable' }]);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await server.start();
    expect(await commitAgainUntilTaken(0, message(id))).toEqual([{ outcome: 'committed', seq: 2, rev: 3 }]);
  });
});
