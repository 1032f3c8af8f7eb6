import { refuseToLeaveBehind } from '../../src/modules/log/embedded/refuse-to-leave-behind.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createEmbeddedLives, createEmbeddedStore } from './log/embedded-store.js';
import { LogScene, message, shardCount } from './log/log-scene.js';

describeConversationLog('one process', createEmbeddedStore, { nodes: 'one' });

describe('repeats in one group commit', () => {
  it('are replays, also when one of the messages is settled while storage is asked about another', async () => {
    const scene = await LogScene.create(createEmbeddedStore);
    try {
      const id = await scene.conversation();
      const [settled, waiting] = [message(id), message(id)];
      const outcomes = await scene.log.commit([[settled], [waiting]]);
      const [first, second] = outcomes.flat();
      const entries = await scene.outboxes();
      await scene.persist(entries);
      await scene.log.settle(entries.slice(0, -1));
      const repeating = scene.log.commit([[settled], [waiting], [message(id)]]);
      // The group is planned, storage has not answered yet.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      await scene.log.settle(entries.slice(-1));
      const repeated = (await repeating).flat();
      expect(repeated.slice(0, 2)).toEqual([first, second].map((outcome) => ({ ...outcome, outcome: 'replayed' })));
    } finally {
      await scene.store.close();
    }
  });
});

describe('a life of the embedded log that follows another', () => {
  let scene: LogScene;
  beforeEach(async () => {
    scene = await LogScene.create(createEmbeddedLives);
  });
  afterEach(() => scene.store.close());

  it('knows what was committed, settled and parked, and goes on with the next numbers', async () => {
    const id = await scene.conversation();
    await scene.send(id, 3);
    const [first, second] = await scene.outboxes();
    if (first === undefined || second === undefined) throw new Error('two entries wait');
    await scene.persist([first]);
    await scene.log.settle([first]);
    await scene.log.park(second, 'a test');
    const next = await scene.store.open();
    expect((await next.outbox(next.shardOf(id), 10)).map((entry) => entry.rev)).toEqual([4]);
    expect(await next.parked(id, second.rev)).toMatchObject({ rev: second.rev, isParked: true });
    expect(await next.commit([[message(id)]])).toEqual([[{ outcome: 'committed', seq: 4, rev: 5 }]]);
  });

  it('gives the numbers of a parked entry to nothing else, though its process died before storage was told of them', async () => {
    const id = await scene.conversation();
    await scene.send(id, 1);
    for (const entry of await scene.outboxes()) await scene.log.park(entry, 'a test');
    const next = await scene.store.open();
    expect((await next.heads([id])).get(id)).toEqual({ seq: 1, rev: 2 });
    expect(await next.commit([[message(id)]])).toEqual([[{ outcome: 'committed', seq: 2, rev: 3 }]]);
  });

  it('fences the former one off: what that one still writes is refused, and it reads the log anew', async () => {
    const id = await scene.conversation();
    await scene.send(id, 1);
    const next = await scene.store.open();
    await next.commit([[message(id)]]);
    await expect(scene.log.commit([[message(id)]])).rejects.toThrow('written by another process');
    expect((await next.heads([id])).get(id)).toEqual({ seq: 2, rev: 3 });
  });
});

describe('moving the log to Redis', () => {
  it('is refused while acknowledged changes wait in the log of the one process, and allowed once storage has them', async () => {
    const store = await createEmbeddedLives();
    const scene = await LogScene.create(() => Promise.resolve(store));
    try {
      const id = await scene.conversation();
      await scene.send(id, 2);
      await expect(refuseToLeaveBehind(store.url, shardCount)).rejects.toThrow('2 acknowledged changes');
      // As if the process had died before it settled what it persisted.
      await scene.persist(await scene.outboxes());
      await expect(refuseToLeaveBehind(store.url, shardCount)).resolves.toBeUndefined();
    } finally {
      await store.close();
    }
  });
});
