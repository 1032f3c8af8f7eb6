import type { ConversationId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { itemAt, present } from '../../support/present.js';
import { again, change, type CreateLogStore, insertConversation, LogScene, message, revs, seqs } from './log-scene.js';

/** How entries get to storage: outbox, settle, park. Each test has its own log. */
export function describeOutbox(createStore: CreateLogStore): void {
  let scene: LogScene;
  beforeEach(async () => {
    scene = await LogScene.create(createStore);
  });
  afterEach(() => scene.store.close());

  /** `count` conversations of the same shard. */
  async function ofOneShard(count: number): Promise<ConversationId[]> {
    const ids: ConversationId[] = [];
    while (ids.length < count) {
      const id = newId<ConversationId>();
      if (scene.log.shardOf(id) !== 1) continue;
      await insertConversation(scene.database, id);
      ids.push(id);
    }
    return ids;
  }

  it('assigns a conversation to the same shard on every node', async () => {
    const other = await scene.store.open();
    const ids = Array.from({ length: 200 }, () => newId<ConversationId>());
    expect(ids.map((id) => other.shardOf(id))).toEqual(ids.map((id) => scene.log.shardOf(id)));
    expect(new Set(ids.map((id) => scene.log.shardOf(id))).size).toBe(scene.log.shardCount);
  });

  it("returns a shard's oldest entries in commit order, up to a limit, until they are settled", async () => {
    const [a, b] = await ofOneShard(2);
    if (a === undefined || b === undefined) throw new Error('no conversations');
    await scene.commit(message(a), change(a));
    await scene.commit(message(b));
    await scene.log.commit([[message(b)], [message(a)], [change(b)]]);
    const expected = [
      [a, 2],
      [a, 3],
      [b, 2],
      [b, 3],
      [a, 4],
      [b, 4],
    ];
    const places = async (limit: number) => (await scene.log.outbox(1, limit)).map((entry) => [entry.conversationId, entry.rev]);
    expect(await places(100)).toEqual(expected);
    expect(await places(4)).toEqual(expected.slice(0, 4));
    const first = await scene.log.outbox(1, 3);
    await scene.persist(first);
    await scene.log.settle(first);
    expect(await places(2)).toEqual(expected.slice(3, 5));
  });

  it('may settle an entry twice, and settles no other entry with it', async () => {
    const [a, b] = await ofOneShard(2);
    if (a === undefined || b === undefined) throw new Error('no conversations');
    await scene.send(a, 3);
    await scene.send(b, 2);
    const entries = await scene.log.outbox(1, 2);
    await scene.persist(entries);
    await scene.log.settle(entries);
    await scene.log.settle(entries);
    await (await scene.store.open()).settle(entries);
    expect(seqs(await scene.log.outbox(1, 10))).toEqual([3, 1, 2]);
    expect(await scene.log.backlog()).toMatchObject({ entries: 3 });
    expect(await scene.log.heads([a, b])).toEqual(
      new Map([
        [a, { seq: 3, rev: 4 }],
        [b, { seq: 2, rev: 3 }],
      ]),
    );
  });

  it('takes a parked entry out of the outbox, and keeps its message readable and its client id known', async () => {
    const id = await scene.conversation();
    const drafts = await scene.send(id, 3);
    const [, poison] = await scene.log.pending(id, { order: 'asc', limit: 10 });
    if (poison === undefined) throw new Error('nothing is pending');
    await scene.log.park(poison, 'SQLSTATE 22021');
    await scene.log.park(poison, 'SQLSTATE 22021');
    expect(seqs(await scene.outboxes())).toEqual([1, 3]);
    expect(seqs(await scene.log.pending(id, { order: 'asc', limit: 10 }))).toEqual([1, 3]);
    expect(seqs(await scene.log.pendingMessages(id, { order: 'asc', limit: 10 }))).toEqual([1, 2, 3]);
    expect(await scene.log.parked(id, poison.rev)).toEqual({ ...poison, isParked: true });
    expect(await scene.commit(again(itemAt(drafts, 1)), again(itemAt(drafts, 1), 'another body'))).toEqual([
      { outcome: 'replayed', seq: 2, rev: 3 },
      { outcome: 'conflict', seq: 2 },
    ]);
    expect(await scene.log.backlog()).toMatchObject({ entries: 2 });
  });

  it('keeps a parked entry while the entries around it are persisted, until it is settled itself', async () => {
    const id = await scene.conversation();
    const drafts = await scene.send(id, 3);
    const poison = itemAt(await scene.log.pending(id, { order: 'asc', limit: 10 }), 1);
    await scene.log.park(poison, 'a reason');
    await scene.drain();
    expect(seqs(await scene.log.pendingMessages(id, { order: 'asc', limit: 10 }))).toEqual([2]);
    expect((await scene.log.pendingNewest([id])).get(id)).toEqual({ ...poison, isParked: true });
    expect((await scene.log.pendingSeqsBy(poison.actorId, [id])).get(id)).toEqual([2]);
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 3, rev: 4 }]]));
    const parked = present(await scene.log.parked(id, poison.rev));
    await scene.database.transaction((tx) => scene.applyEntries.applyParked(tx, parked));
    await scene.log.settle([parked]);
    await scene.log.settle([parked]);
    expect(await scene.log.parked(id, poison.rev)).toBeUndefined();
    expect(await scene.log.pendingMessages(id, { order: 'asc', limit: 10 })).toEqual([]);
    expect(await scene.commit(again(itemAt(drafts, 1)))).toEqual([{ outcome: 'replayed', seq: 2, rev: 3 }]);
  });

  it('keeps an entry parked when a worker that read it earlier settles it', async () => {
    const id = await scene.conversation();
    await scene.send(id, 3);
    const entries = await scene.outboxes();
    await scene.log.park(itemAt(entries, 1), 'a reason');
    await scene.persist([itemAt(entries, 0), itemAt(entries, 2)]);
    await scene.log.settle(entries);
    expect(seqs(await scene.log.pendingMessages(id, { order: 'asc', limit: 10 }))).toEqual([2]);
    expect(await scene.log.parked(id, 3)).toMatchObject({ seq: 2 });
  });

  it('finds a parked entry by its revision, and no entry that is not parked', async () => {
    const id = await scene.conversation();
    await scene.send(id, 2);
    const entry = itemAt(await scene.log.pending(id, { order: 'asc', limit: 10 }), 0);
    expect(await scene.log.parked(id, entry.rev)).toBeUndefined();
    await scene.log.park(entry, 'a reason');
    expect(await scene.log.parked(id, entry.rev + 1)).toBeUndefined();
    expect(
      revs([
        itemAt(
          [await scene.log.parked(id, entry.rev)].flatMap((one) => one ?? []),
          0,
        ),
      ]),
    ).toEqual([entry.rev]);
  });

  it('lists the shards with work, without shards whose entries are all parked', async () => {
    expect(await scene.log.shardsWithWork()).toEqual([]);
    const [id] = await ofOneShard(1);
    if (id === undefined) throw new Error('no conversation');
    await scene.send(id, 2);
    expect(await scene.log.shardsWithWork()).toEqual([1]);
    const [first, second] = await scene.log.outbox(1, 10);
    if (first === undefined || second === undefined) throw new Error('the outbox is empty');
    await scene.log.park(first, 'a reason');
    expect(await scene.log.shardsWithWork()).toEqual([1]);
    await scene.persist([second]);
    await scene.log.settle([second]);
    expect(await scene.log.shardsWithWork()).toEqual([]);
  });

  it('reports the size of the backlog and the time of its oldest entry', async () => {
    expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
    const at = (second: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, second));
    const ids = await Promise.all(Array.from({ length: 6 }, () => scene.conversation()));
    for (const [index, id] of [...ids, ...ids].entries()) await scene.commit(message(id, { at: at(index) }));
    expect(await scene.log.backlog()).toEqual({ entries: 12, oldestAt: at(0) });
    const oldest = (await scene.outboxes()).filter((entry) => entry.at <= at(0));
    await scene.persist(oldest);
    await scene.log.settle(oldest);
    expect(await scene.log.backlog()).toEqual({ entries: 11, oldestAt: at(1) });
    await scene.drain();
    expect(await scene.log.backlog()).toEqual({ entries: 0, oldestAt: null });
  });
}
