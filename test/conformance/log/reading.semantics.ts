import type { UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { itemAt } from '../../support/present.js';
import { change, type CreateLogStore, LogScene, message, revs, seqs } from './log-scene.js';

/** Reading entries between commit and settle, and the heads, which are always available. */
export function describeReading(createStore: CreateLogStore): void {
  let scene: LogScene;
  beforeAll(async () => {
    scene = await LogScene.create(createStore);
  });
  afterAll(() => scene.store.close());

  /** Revisions 2 to 7: seq 1, seq 2, a change, seq 3, a change, seq 4. */
  async function mixed() {
    const id = await scene.conversation();
    await scene.commit(message(id), message(id), change(id), message(id), change(id), message(id));
    return id;
  }

  it('reads pending entries by rev in both directions, between exclusive bounds, up to a limit', async () => {
    const id = await mixed();
    const read = async (range: { afterRev?: number; beforeRev?: number }, order: 'asc' | 'desc', limit = 100) =>
      revs(await scene.log.pending(id, { ...range, order, limit }));
    expect(await read({}, 'asc')).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await read({}, 'desc')).toEqual([7, 6, 5, 4, 3, 2]);
    expect(await read({ afterRev: 3, beforeRev: 7 }, 'asc')).toEqual([4, 5, 6]);
    expect(await read({ afterRev: 3, beforeRev: 7 }, 'desc')).toEqual([6, 5, 4]);
    expect(await read({ afterRev: 3 }, 'asc', 2)).toEqual([4, 5]);
    expect(await read({ beforeRev: 6 }, 'desc', 2)).toEqual([5, 4]);
    expect(await read({ afterRev: 7 }, 'asc')).toEqual([]);
    expect(await read({ afterRev: 4, beforeRev: 5 }, 'asc')).toEqual([]);
  });

  it('reads pending messages by seq in both directions, between exclusive bounds, up to a limit', async () => {
    const id = await mixed();
    const read = async (range: { afterSeq?: number; beforeSeq?: number }, order: 'asc' | 'desc', limit = 100) =>
      seqs(await scene.log.pendingMessages(id, { ...range, order, limit }));
    expect(await read({}, 'asc')).toEqual([1, 2, 3, 4]);
    expect(await read({}, 'desc')).toEqual([4, 3, 2, 1]);
    expect(await read({ afterSeq: 1, beforeSeq: 4 }, 'desc')).toEqual([3, 2]);
    expect(await read({ afterSeq: 2 }, 'asc', 1)).toEqual([3]);
    expect(await read({ beforeSeq: 4 }, 'desc', 2)).toEqual([3, 2]);
    expect(await read({ afterSeq: 4 }, 'asc')).toEqual([]);
  });

  it('keeps the remaining entries readable after a part is settled, and continues the numbers', async () => {
    const id = await mixed();
    const entries = await scene.log.pending(id, { order: 'asc', limit: 4 });
    await scene.persist(entries);
    await scene.log.settle(entries);
    expect(revs(await scene.log.pending(id, { order: 'asc', limit: 100 }))).toEqual([6, 7]);
    expect(seqs(await scene.log.pendingMessages(id, { order: 'asc', limit: 100 }))).toEqual([4]);
    expect(await scene.commit(message(id))).toEqual([{ outcome: 'committed', seq: 5, rev: 8 }]);
  });

  it('loads the head of an idle conversation from storage', async () => {
    const id = await mixed();
    const never = await scene.conversation();
    await scene.drain();
    const other = await scene.store.open();
    expect(await other.heads([id, never])).toEqual(
      new Map([
        [id, { seq: 4, rev: 7 }],
        [never, { seq: 0, rev: 1 }],
      ]),
    );
    expect(await other.commit([[message(id)], [message(never)]])).toEqual([
      [{ outcome: 'committed', seq: 5, rev: 8 }],
      [{ outcome: 'committed', seq: 1, rev: 2 }],
    ]);
  });

  it('continues after the numbers in storage for a conversation that is new to the log', async () => {
    const id = await scene.conversation();
    await scene.database.query('UPDATE conversations SET last_seq = 7, last_rev = 12 WHERE id = $1', [id]);
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 7, rev: 12 }]]));
    expect(await scene.commit(message(id, { replyTo: 7 }), change(id))).toEqual([
      { outcome: 'committed', seq: 8, rev: 13 },
      { outcome: 'committed', seq: null, rev: 14 },
    ]);
  });

  it('returns the newest pending message of each conversation that has one', async () => {
    const [withChangeLast, onlyChanges, settled, empty] = [
      await mixed(),
      await scene.conversation(),
      await scene.conversation(),
      await scene.conversation(),
    ];
    await scene.commit(change(withChangeLast));
    await scene.send(settled, 3);
    await scene.drain();
    await scene.commit(change(onlyChanges));
    await scene.commit(message(withChangeLast, { text: 'newest' }), change(withChangeLast));
    const newest = await scene.log.pendingNewest([withChangeLast, onlyChanges, settled, empty]);
    expect([...newest.keys()]).toEqual([withChangeLast]);
    expect(newest.get(withChangeLast)).toMatchObject({ seq: 5, kind: 'message.created', body: { text: 'newest' } });
  });

  it("returns the seqs of one user's pending messages by conversation, without their other changes", async () => {
    const [a, b, c] = [await scene.conversation(), await scene.conversation(), await scene.conversation()];
    const actorId = newId<UserId>();
    await scene.commit(message(a, { actorId }), message(a), change(a, actorId), message(a, { actorId }));
    await scene.commit(message(b, { actorId }));
    await scene.commit(message(c));
    const found = await scene.log.pendingSeqsBy(actorId, [a, c]);
    expect([...found].map(([id, list]) => [id, [...list].sort()])).toEqual([[a, [1, 3]]]);
    await scene.drain();
    expect(await scene.log.pendingSeqsBy(actorId, [a, b, c])).toEqual(new Map());
  });

  it('reports a pending change until it is stored or parked, and never for messages', async () => {
    const id = await scene.conversation();
    await scene.send(id, 2);
    expect(await scene.log.hasPendingChange(id)).toBe(false);
    await scene.commit(change(id));
    expect(await scene.log.hasPendingChange(id)).toBe(true);
    const entries = await scene.log.pending(id, { order: 'asc', limit: 10 });
    await scene.persist(entries);
    expect(await scene.log.hasPendingChange(id)).toBe(false);
    await scene.log.settle(entries);
    await scene.commit(change(id));
    await scene.log.park(itemAt(await scene.log.pending(id, { order: 'asc', limit: 1 }), 0), 'cannot be applied');
    expect(await scene.log.hasPendingChange(id)).toBe(false);
  });
}
