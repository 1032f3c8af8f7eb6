import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase, Database } from '../../src/database/database.js';
import { createPool } from '../../src/database/pool.js';
import type { LogEntry } from '../../src/modules/log/draft.js';
import { Persist } from '../../src/modules/messages/workers/persist.js';
import { PersistAttempts } from '../../src/modules/messages/workers/persist-attempts.js';
import { PersistOneByOne } from '../../src/modules/messages/workers/persist-one-by-one.js';
import { Settle } from '../../src/modules/messages/workers/settle.js';
import { DeadLetterConsumer } from '../../src/modules/messages/workers/dead-letter.consumer.js';
import { PersistenceConsumer } from '../../src/modules/messages/workers/persistence.consumer.js';
import { QueueProducer } from '../../src/modules/queues/queue-producer.js';
import type { Queues } from '../../src/modules/queues/queues.js';
import type { JobContext } from '../../src/modules/queues/job-consumer.js';
import type { Jobs } from '../../src/modules/queues/job-types.js';
import { openQueues } from '../support/queues.js';
import { itemAt, present } from '../support/present.js';
import { again, change, LogScene, message, seqs } from './log/log-scene.js';
import { createEmbeddedStore } from './log/embedded-store.js';

/** Longer than the constraint `ck_messages_text` allows. */
const tooLong = 'x'.repeat(262_145);

const jobContext: JobContext = {
  id: '1',
  name: 'persist-shard',
  attempt: 1,
  attemptsMax: 1,
  takeOvers: 0,
  addedAt: 0,
  startedAt: 0,
  signal: new AbortController().signal,
};

/** An operator's retry. */
const retried = { attempt: 2 };

// These tests provoke errors that would fill the output.
beforeAll(() => Logger.overrideLogger(false));

describe('persisting', () => {
  let url: string;
  let scene: LogScene;
  let queues: Queues;
  let persist: Persist;
  let settle: Settle;
  let deadLetters: DeadLetterConsumer;

  beforeEach(async () => {
    const store = await createEmbeddedStore();
    url = store.url;
    scene = await LogScene.create(() => Promise.resolve(store));
    queues = await openQueues(store.url);
    persist = new Persist(scene.database, scene.applyEntries, new QueueProducer(queues));
    settle = new Settle(scene.log);
    deadLetters = new DeadLetterConsumer(scene.log, scene.database, scene.applyEntries);
  });
  afterEach(async () => {
    await queues.onApplicationShutdown();
    await scene.store.close();
  });

  /** The worker that persists entries one by one in a new process. */
  const oneByOne = (its: Persist) => new PersistOneByOne(its, new PersistAttempts(new BatchDatabase(scene.database.pool)));

  async function storedSeqs(id: ConversationId): Promise<number[]> {
    const rows = await scene.database.query<{ seq: number }>('SELECT seq FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
    return rows.map((row) => row.seq);
  }

  /** Persists and settles one batch, as the persistence job does. */
  async function work(entries: readonly LogEntry[]): Promise<void> {
    await settle.execute(entries, await persist.execute(entries));
  }

  async function letters(): Promise<Array<Jobs['dead-letters']>> {
    const jobs = await queues.get('dead-letters').getJobs(['waiting', 'delayed']);
    return jobs.map((job) => job.data);
  }

  it('parks one poison entry among fifty with its reason, and persists the others', async () => {
    const id = await scene.conversation();
    const drafts = Array.from({ length: 50 }, (_, index) => message(id, { text: index === 23 ? tooLong : `message ${index}` }));
    await scene.commit(...drafts);
    await work(await scene.outboxes());
    const allBut24 = Array.from({ length: 50 }, (_, index) => index + 1).filter((seq) => seq !== 24);
    expect(await storedSeqs(id)).toEqual(allBut24);
    expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    expect(await scene.log.parked(id, 25)).toMatchObject({ seq: 24 });
    expect(await letters()).toEqual([
      { conversationId: id, rev: 25, kind: 'message.created', reason: 'SQLSTATE 23514, constraint ck_messages_text' },
    ]);
    expect(await scene.commit(again(itemAt(drafts, 23)))).toEqual([{ outcome: 'replayed', seq: 24, rev: 25 }]);
  });

  it('persists a parked entry in its place when the cause is fixed and an operator retries the job', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id, { text: tooLong }), message(id));
    await work(await scene.outboxes());
    const [letter] = await letters();
    await expect(deadLetters.perform(present(letter), retried)).rejects.toThrow('ck_messages_text');
    expect(await scene.log.parked(id, 3)).toBeDefined();
    await scene.database.query('ALTER TABLE messages DROP CONSTRAINT ck_messages_text');
    await expect(deadLetters.perform(present(letter), { attempt: 1 })).rejects.toThrow('SQLSTATE 23514, constraint ck_messages_text');
    await deadLetters.perform(present(letter), retried);
    await deadLetters.perform(present(letter), retried);
    expect(await storedSeqs(id)).toEqual([1, 2, 3]);
    expect(await scene.log.parked(id, 3)).toBeUndefined();
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 3, rev: 4 }]]));
  });

  it('parks every kind of poison entry: a text with NUL, an invalid body, an unknown kind', async () => {
    const [id, other] = [await scene.conversation(), await scene.conversation()];
    await scene.commit(
      message(id),
      { ...message(id), body: { id: 'none' } },
      message(id),
      { ...change(id), kind: 'test.unheardOf' },
      message(id),
    );
    await scene.commit(message(other, { text: 'a\0b' }), message(other));
    await work(await scene.outboxes());
    expect(await storedSeqs(id)).toEqual([1, 3, 4]);
    expect(await storedSeqs(other)).toEqual([2]);
    const reasons = (await letters()).map((letter) => [letter.conversationId === id, letter.rev, letter.reason]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        [true, 3, 'ZodError'],
        [true, 5, 'UnknownEntryError'],
        [false, 2, 'SQLSTATE 22P05'],
      ]),
    );
    expect(reasons).toHaveLength(3);
  });

  it('fails the whole batch and parks nothing when storage fails', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id));
    await scene.database.query('ALTER TABLE messages RENAME TO elsewhere');
    await expect(persist.execute(await scene.outboxes())).rejects.toThrow('does not exist');
    await scene.database.query('ALTER TABLE elsewhere RENAME TO messages');
    expect(await scene.log.backlog()).toMatchObject({ entries: 2 });
    await work(await scene.outboxes());
    expect(await storedSeqs(id)).toEqual([1, 2]);
  });

  describe('an insert that never finishes', () => {
    let pool: pg.Pool;
    let inTime: Persist;

    beforeEach(() => {
      pool = createPool({ connectionString: url, max: 2, name: 'parley-test', statementTimeoutMs: 2500 });
      inTime = new Persist(new Database(pool), scene.applyEntries, new QueueProducer(queues));
    });
    afterEach(() => pool.end());

    it('is found among fifty and parked, and the others are persisted', async () => {
      const id = await scene.conversation();
      await scene.database.query(`CREATE FUNCTION never_end() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF NEW.text = ''endless'' THEN PERFORM pg_sleep(3600); END IF; RETURN NEW; END'`);
      await scene.database.query('CREATE TRIGGER never_end BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION never_end()');
      await scene.commit(...Array.from({ length: 50 }, (_, index) => message(id, { text: index === 23 ? 'endless' : `message ${index}` })));
      const entries = await scene.outboxes();
      await settle.execute(entries, await inTime.execute(entries));
      expect(await storedSeqs(id)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1).filter((seq) => seq !== 24));
      expect(await letters()).toEqual([{ conversationId: id, rev: 25, kind: 'message.created', reason: 'SQLSTATE 57014' }]);
      expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    }, 20_000);

    it('parks nothing while the table is locked: the whole batch fails and is persisted later', async () => {
      const id = await scene.conversation();
      await scene.commit(message(id), message(id));
      const entries = await scene.outboxes();
      await scene.database.transaction(async (tx) => {
        await tx.query('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
        await expect(inTime.execute(entries)).rejects.toMatchObject({ code: '55P03' });
      });
      expect(await letters()).toEqual([]);
      await settle.execute(entries, await inTime.execute(entries));
      expect(await storedSeqs(id)).toEqual([1, 2]);
    }, 20_000);
  });

  it('changes nothing when a batch is persisted again because of a crash before it was settled', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), change(id), message(id));
    const entries = await scene.outboxes();
    expect(await persist.execute(entries)).toEqual([]);
    await work(await scene.outboxes());
    expect(await storedSeqs(id)).toEqual([1, 2]);
    expect(await scene.log.backlog()).toMatchObject({ entries: 0 });
  });

  it('loses no poison entry when the process dies between persisting and settling', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id, { text: tooLong }), message(id));
    await persist.execute(await scene.outboxes());
    await work(await scene.outboxes());
    expect(await storedSeqs(id)).toEqual([1, 3]);
    expect(await scene.log.parked(id, 3)).toMatchObject({ seq: 2 });
    expect(await letters()).toHaveLength(1);
  });

  it('writes the dead letter before it parks the entry, so that a crash in between leaves the entry in the outbox', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id, { text: tooLong }));
    const died = new Error('died');
    const skip = jest.spyOn(scene.applyEntries, 'skip').mockRejectedValueOnce(died);
    await expect(persist.execute(await scene.outboxes())).rejects.toThrow(died);
    const [letter] = await letters();
    await expect(deadLetters.perform(present(letter), retried)).rejects.toThrow('the entry is not parked');
    skip.mockRestore();
    await work(await scene.outboxes());
    expect(await scene.log.parked(id, 3)).toMatchObject({ seq: 2 });
    await expect(deadLetters.perform(present(letter), retried)).rejects.toThrow('ck_messages_text');
  });

  it('loses no poison entry when a stalled worker resumes with the same batch', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id, { text: tooLong }), message(id));
    const stalled = await scene.outboxes();
    await work(await scene.outboxes());
    await work(stalled);
    expect(await storedSeqs(id)).toEqual([1, 3]);
    expect(await scene.log.parked(id, 3)).toMatchObject({ seq: 2 });
  });

  it('drains the outbox batch by batch in order, and leaves entries that arrive during the last batch to the next job', async () => {
    const id = await scene.conversation();
    await scene.send(id, 5);
    const batches: number[] = [];
    /** A new message arrives after each stored batch. */
    class BusySettle extends Settle {
      override async execute(...batch: Parameters<Settle['execute']>): Promise<void> {
        batches.push(batch[0].length);
        await super.execute(...batch);
        await scene.send(id);
      }
    }
    const consumer = new PersistenceConsumer(scene.log, persist, oneByOne(persist), new BusySettle(scene.log), { persistBatchMax: 4 });
    await consumer.perform({ shard: scene.log.shardOf(id) }, jobContext);
    expect(batches).toEqual([4, 2]);
    expect(await storedSeqs(id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seqs(await scene.outboxes())).toEqual([7]);
  });
});
