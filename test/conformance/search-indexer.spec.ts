import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../src/database/database.js';
import { indexTexts, selectChanged, takeFromQueue } from '../../src/modules/messages/infra/search-index.sql.js';
import { SearchIndexer } from '../../src/modules/messages/workers/search-indexer.js';
import { createEmbeddedStore } from './log/embedded-store.js';
import { until } from '../support/until.js';
import { LogScene } from './log/log-scene.js';

const running = new AbortController().signal;

describe('the search index', () => {
  let scene: LogScene;

  beforeEach(async () => {
    const store = await createEmbeddedStore();
    scene = await LogScene.create(() => Promise.resolve(store));
  });
  afterEach(() => scene.store.close());

  const indexer = (entries: number) => {
    const log = { backlog: () => Promise.resolve({ entries, oldestAt: null }) };
    return new SearchIndexer(new BatchDatabase(scene.database.pool), log);
  };

  async function indexed(): Promise<Array<{ conversation_id: ConversationId; messages: number }>> {
    return scene.database.query('SELECT conversation_id, count(*)::int AS messages FROM message_search GROUP BY 1 ORDER BY 1');
  }

  it('holds every text of many conversations after one run, even of a conversation that needs several turns', async () => {
    const ids = await Promise.all(Array.from({ length: 45 }, () => scene.conversation()));
    const [busy, ...others] = ids;
    for (const id of others) await scene.send(id, 2);
    for (let part = 0; part < 3; part += 1) if (busy !== undefined) await scene.send(busy, 300);
    await scene.drain();
    await indexer(0).run(running);
    expect(await indexed()).toEqual([...ids].sort().map((id) => ({ conversation_id: id, messages: id === busy ? 900 : 2 })));
    expect(await scene.database.query('SELECT FROM search_queue')).toEqual([]);
  });

  it('drops deleted texts and replaces edited ones', async () => {
    const id = await scene.conversation();
    await scene.send(id, 3);
    await scene.drain();
    await indexer(0).run(running);
    await scene.database.query(`UPDATE messages SET text = NULL, rev = 5 WHERE conversation_id = $1 AND seq = 1`, [id]);
    await scene.database.query(`UPDATE messages SET text = 'another', rev = 6 WHERE conversation_id = $1 AND seq = 2`, [id]);
    await scene.database.query('INSERT INTO search_queue VALUES ($1, now())', [id]);
    await indexer(0).run(running);
    const rows = await scene.database.query('SELECT seq, folded FROM message_search ORDER BY seq');
    expect(rows).toEqual([
      { seq: 2, folded: 'another' },
      { seq: 3, folded: 'message 2' },
    ]);
  });

  it('pauses while many entries wait to be persisted, for at most a minute', async () => {
    const id = await scene.conversation();
    await scene.send(id, 3);
    await scene.drain();
    await indexer(2000).run(running);
    expect(await indexed()).toEqual([]);
    await scene.database.query("UPDATE search_queue SET since = now() - interval '61 s'");
    await indexer(2000).run(running);
    expect(await indexed()).toEqual([{ conversation_id: id, messages: 3 }]);
  });

  it('skips a conversation during a change, and indexes it with the change afterwards', async () => {
    const [changing, other] = [await scene.conversation(), await scene.conversation()];
    await scene.send(changing, 1);
    await scene.send(other, 1);
    await scene.drain();
    await scene.database.transaction(async (tx) => {
      await tx.query('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [changing]);
      await tx.query("UPDATE messages SET text = 'changed', rev = 2 WHERE conversation_id = $1", [changing]);
      await indexer(0).run(running);
      expect(await indexed()).toEqual([{ conversation_id: other, messages: 1 }]);
    });
    await indexer(0).run(running);
    expect(await scene.database.query('SELECT folded FROM message_search WHERE conversation_id = $1', [changing])).toEqual([
      { folded: 'changed' },
    ]);
  });

  it('queues a conversation again if a message is persisted during its turn', async () => {
    const id = await scene.conversation();
    await scene.send(id, 1);
    await scene.drain();
    let persisted: Promise<unknown> | undefined;
    await scene.database.transaction(async (tx) => {
      const taken = await tx.query(takeFromQueue, [20]);
      expect(taken).toEqual([{ conversation_id: id }]);
      await scene.send(id, 1);
      persisted = scene.drain();
      const waits = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await until('persisting waits for the turn', async () => (await scene.database.query(waits)).length > 0);
      expect(await tx.query(selectChanged, [[id], 200])).toHaveLength(1);
      const text = { id, seq: 1, rev: 2, folded: 'message 0', tokens: "'message':1" };
      await tx.query(indexTexts, [JSON.stringify([text])]);
    });
    await persisted;
    expect(await scene.database.query('SELECT conversation_id FROM search_queue')).toEqual([{ conversation_id: id }]);
    await indexer(0).run(running);
    expect(await indexed()).toEqual([{ conversation_id: id, messages: 2 }]);
  });
});
