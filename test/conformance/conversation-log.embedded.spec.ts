import { refuseToLeaveBehind } from '../../src/modules/log/embedded/refuse-to-leave-behind.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createEmbeddedLives, createEmbeddedStore } from './log/embedded-store.js';
import { LogScene, message, shardCount } from './log/log-scene.js';

describeConversationLog('one process', createEmbeddedStore, { nodes: 'one' });

describe('a client id that is sent again in one group commit', () => {
  it('is a replay, even if its message is settled while storage looks up another client id', async () => {
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
      // Now the group is planned, and the answer of storage is outstanding.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      await scene.log.settle(entries.slice(-1));
      const repeated = (await repeating).flat();
      expect(repeated.slice(0, 2)).toEqual([first, second].map((outcome) => ({ ...outcome, outcome: 'replayed' })));
    } finally {
      await scene.store.close();
    }
  });
});

describe('the embedded log after a restart', () => {
  let scene: LogScene;
  beforeEach(async () => {
    scene = await LogScene.create(createEmbeddedLives);
  });
  afterEach(() => scene.store.close());

  it('knows the committed, settled and parked entries, and continues with the next numbers', async () => {
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

  it('never reuses the numbers of a parked entry, even if the process died before it stored them', async () => {
    const id = await scene.conversation();
    await scene.send(id, 1);
    for (const entry of await scene.outboxes()) await scene.log.park(entry, 'a test');
    const next = await scene.store.open();
    expect((await next.heads([id])).get(id)).toEqual({ seq: 1, rev: 2 });
    expect(await next.commit([[message(id)]])).toEqual([[{ outcome: 'committed', seq: 2, rev: 3 }]]);
  });

  it('fences off the earlier process: its late writes are refused and not seen', async () => {
    const id = await scene.conversation();
    await scene.send(id, 1);
    const next = await scene.store.open();
    await next.commit([[message(id)]]);
    await expect(scene.log.commit([[message(id)]])).rejects.toThrow('written by another process');
    expect((await next.heads([id])).get(id)).toEqual({ seq: 2, rev: 3 });
  });
});

describe('moving the log to Redis', () => {
  it('is refused while acknowledged changes wait in the embedded log, and allowed once storage holds them', async () => {
    const store = await createEmbeddedLives();
    const scene = await LogScene.create(() => Promise.resolve(store));
    try {
      const id = await scene.conversation();
      await scene.send(id, 2);
      await expect(refuseToLeaveBehind(store.url, shardCount)).rejects.toThrow('2 acknowledged changes');
      // A process that dies before it settles what it persisted leaves this state.
      await scene.persist(await scene.outboxes());
      await expect(refuseToLeaveBehind(store.url, shardCount)).resolves.toBeUndefined();
    } finally {
      await store.close();
    }
  });
});
