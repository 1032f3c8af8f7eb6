import { Logger } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../src/database/database.js';
import type { LogEntry } from '../../src/modules/log/draft.js';
import { Persist } from '../../src/modules/messages/workers/persist.js';
import { PersistAttempts } from '../../src/modules/messages/workers/persist-attempts.js';
import { PersistOneByOne } from '../../src/modules/messages/workers/persist-one-by-one.js';
import { Settle } from '../../src/modules/messages/workers/settle.js';
import { PersistenceConsumer } from '../../src/modules/messages/workers/persistence.consumer.js';
import type { JobContext } from '../../src/modules/queues/job-consumer.js';
import type { Jobs } from '../../src/modules/queues/job-types.js';
import { QueueProducer } from '../../src/modules/queues/queue-producer.js';
import type { Queues } from '../../src/modules/queues/queues.js';
import { openQueues } from '../support/queues.js';
import { createEmbeddedStore } from './log/embedded-store.js';
import { LogScene, message } from './log/log-scene.js';

// These tests provoke errors that would fill the output.
beforeAll(() => Logger.overrideLogger(false));

const persistBatchMax = 100;

/** Fails on every batch with an entry whose text contains "deadly", as a process does that dies of it. */
class MortalPersist extends Persist {
  runs = 0;
  override async execute(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const isDeadly = entries.some(({ body }) => JSON.stringify(body).includes('deadly'));
    if (!isDeadly) return super.execute(entries);
    this.runs += 1;
    throw new Error('died');
  }
}

describe('an entry that crashes the process', () => {
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

  /** The worker of a newly started process. */
  function newProcess() {
    const database = new BatchDatabase(scene.database.pool);
    const persist = new MortalPersist(database, scene.applyEntries, new QueueProducer(queues));
    const oneByOne = new PersistOneByOne(persist, new PersistAttempts(database));
    const consumer = new PersistenceConsumer(scene.log, persist, oneByOne, new Settle(scene.log), { persistBatchMax });
    return {
      persist,
      run: (id: ConversationId, takeOvers: number) => consumer.perform({ shard: scene.log.shardOf(id) }, jobOf(takeOvers)),
    };
  }

  function jobOf(takeOvers: number): JobContext {
    return {
      id: '1',
      name: 'persist-shard',
      attempt: 1,
      attemptsMax: 1,
      takeOvers,
      addedAt: 0,
      startedAt: 0,
      signal: new AbortController().signal,
    };
  }

  /** Runs the shard's job in one process after another until a process survives; returns how often a deadly entry was run. */
  async function countDeadlyRuns(id: ConversationId): Promise<number> {
    let runs = 0;
    for (let takeOvers = 0; takeOvers < 20; takeOvers += 1) {
      const process = newProcess();
      const hasDied = await process.run(id, takeOvers).then(
        () => false,
        () => true,
      );
      runs += process.persist.runs;
      if (!hasDied) return runs;
    }
    throw new Error('every process died');
  }

  async function storedSeqs(id: ConversationId): Promise<number[]> {
    const rows = await scene.database.query<{ seq: number }>('SELECT seq FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
    return rows.map((row) => row.seq);
  }

  async function letters(): Promise<Array<Jobs['dead-letters']>> {
    const jobs = await queues.get('dead-letters').getJobs(['waiting', 'delayed']);
    return jobs.map((job) => job.data);
  }

  it('is found among fifty and parked after three crashes, and the other entries are persisted', async () => {
    const id = await scene.conversation();
    await scene.commit(...Array.from({ length: 50 }, (_, index) => message(id, { text: index === 23 ? 'deadly' : `message ${index}` })));
    expect(await countDeadlyRuns(id)).toBe(3);
    expect(await storedSeqs(id)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1).filter((seq) => seq !== 24));
    const reason = 'the process ended 2 times while this entry was persisted alone';
    expect(await letters()).toEqual([{ conversationId: id, rev: 25, kind: 'message.created', reason }]);
    expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    expect(await scene.database.query('SELECT * FROM persist_attempts')).toEqual([]);
  });

  it('is found even if its batch contains a second such entry', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id, { text: 'deadly' }), message(id), message(id, { text: 'deadly too' }), message(id));
    expect(await countDeadlyRuns(id)).toBe(5);
    expect(await storedSeqs(id)).toEqual([1, 3, 5]);
    expect(await letters()).toHaveLength(2);
  });

  it('is never suspected when the process survives, however often the entry fails', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'deadly' }));
    const living = newProcess();
    for (let run = 0; run < 5; run += 1) await expect(living.run(id, 1)).rejects.toThrow('died');
    expect(await letters()).toEqual([]);
  });
});
