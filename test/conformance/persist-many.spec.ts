import type { ConversationId, MessageId, UserId } from '#contracts/primitives.js';
import type { LogEntry } from '../../src/modules/log/draft.js';
import { Persist } from '../../src/modules/messages/workers/persist.js';
import { QueueProducer } from '../../src/modules/queues/queue-producer.js';
import type { Queues } from '../../src/modules/queues/queues.js';
import { newId } from '#platform/ids.js';
import { openQueues } from '../support/queues.js';
import { itemAt } from '../support/present.js';
import { createEmbeddedStore } from './log/embedded-store.js';
import { LogScene, message } from './log/log-scene.js';

describe('persisting a large batch of messages', () => {
  let scene: LogScene;
  let queues: Queues;

  beforeEach(async () => {
    const store = await createEmbeddedStore();
    scene = await LogScene.create(() => Promise.resolve(store));
    queues = await openQueues(store.url);
  });
  afterEach(async () => {
    await queues.onApplicationShutdown();
    await scene.store.close();
  });

  /** Persists and settles the entries; returns the parked ones. */
  async function work(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const parked = await new Persist(scene.database, scene.applyEntries, new QueueProducer(queues)).execute(entries);
    await scene.log.settle(entries.filter((entry) => !parked.includes(entry)));
    return parked;
  }

  async function storedSeqs(id: ConversationId): Promise<number[]> {
    const rows = await scene.database.query<{ seq: number }>('SELECT seq FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
    return rows.map((row) => row.seq);
  }

  it('stores a large batch exactly as it stores single messages, for every kind of text', async () => {
    const texts = [
      'tab\there',
      'line\nbreak',
      'carriage\rreturn',
      'back\\slash',
      '\\N',
      '\\.',
      '{}',
      '"quoted"',
      'naïve 🙂',
      ' ',
      'NULL',
      '\\t\\\\n',
    ];
    const bodies = Array.from({ length: 30 }, (_, index) => ({
      id: newId<MessageId>(),
      text: index === 0 ? null : itemAt(texts, index % texts.length),
      replyTo: index > 20 ? index - 20 : null,
      mentions: index % 3 === 0 ? [newId<UserId>(), newId<UserId>()] : [],
      metadata: index % 2 === 0 ? { ['a\tb\n']: [itemAt(texts, index % texts.length), 1.5, null, { deep: '\\' }] } : {},
    }));
    for (const isMany of [false, true]) {
      const ids = await Promise.all([scene.conversation(), scene.conversation()]);
      const drafts = ids.flatMap((id) => bodies.map((body) => ({ ...message(id), body })));
      for (const draft of drafts) await scene.commit(draft);
      const entries = await scene.outboxes();
      // In one transaction, because `work` would hide an error of COPY by storing the batch in smaller parts.
      if (isMany) await scene.persist(entries);
      else for (const entry of entries) await scene.persist([entry]);
      await scene.log.settle(entries);
      const rows = await scene.database.query<Record<string, unknown>>(
        `SELECT conversation_id AS "conversationId", seq, rev, id, client_id AS "clientId", sender_id AS "actorId", body_hash AS "bodyHash", text,
          reply_to AS "replyTo", mentions, metadata, created_at AS at FROM messages WHERE conversation_id = ANY ($1::uuid[]) ORDER BY conversation_id, seq`,
        [ids],
      );
      const expected = drafts.map(({ conversationId, clientId, actorId, bodyHash, at, body }, place) => {
        const seq = 1 + (place % bodies.length);
        return { conversationId, seq, rev: seq + 1, clientId, actorId, bodyHash, at, ...body };
      });
      expect(rows).toEqual(
        expected.sort((a, b) => (a.conversationId < b.conversationId ? -1 : a.conversationId > b.conversationId ? 1 : a.seq - b.seq)),
      );
    }
  });

  it('skips a message of a large batch that is already stored', async () => {
    const id = await scene.conversation();
    await scene.send(id, 60);
    await scene.database.query(
      `INSERT INTO messages (conversation_id, seq, id, rev, client_id, sender_id, body_hash, text, created_at)
       VALUES ($1, 30, gen_random_uuid(), 31, gen_random_uuid(), gen_random_uuid(), '', 'there already', now())`,
      [id],
    );
    expect(await work(await scene.outboxes())).toEqual([]);
    expect(await storedSeqs(id)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });
});
