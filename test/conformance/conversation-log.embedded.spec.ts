import { refuseToLeaveBehind } from '../../src/modules/log/embedded/refuse-to-leave-behind.js';
import { describeConversationLog } from './conversation-log.suite.js';
import { createEmbeddedLives, createEmbeddedStore } from './log/embedded-store.js';
import { LogScene, message, shardCount } from './log/log-scene.js';

describeConversationLog('one process', createEmbeddedStore, { nodes: 'one' });

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
