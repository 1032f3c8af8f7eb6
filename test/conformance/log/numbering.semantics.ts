import { randomUUID } from 'node:crypto';
import { ClientId, type ConversationId, type UserId } from '#contracts/primitives.js';
import { itemAt } from '../../support/present.js';
import { newId } from '#platform/ids.js';
import { again, change, type CreateLogStore, LogScene, message, revs, seqs } from './log-scene.js';

/** How entries are numbered. A conversation is created with revision 1, so its log begins with revision 2. */
export function describeNumbering(createStore: CreateLogStore): void {
  let scene: LogScene;
  beforeAll(async () => {
    scene = await LogScene.create(createStore);
  });
  afterAll(() => scene.store.close());

  it('numbers drafts in order and without gaps; a change gets a rev and no seq', async () => {
    const id = await scene.conversation();
    const outcomes = await scene.commit(message(id), change(id), message(id), message(id), change(id));
    expect(outcomes).toEqual([
      { outcome: 'committed', seq: 1, rev: 2 },
      { outcome: 'committed', seq: null, rev: 3 },
      { outcome: 'committed', seq: 2, rev: 4 },
      { outcome: 'committed', seq: 3, rev: 5 },
      { outcome: 'committed', seq: null, rev: 6 },
    ]);
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 3, rev: 6 }]]));
  });

  it('numbers each conversation of a call separately, across all units, in the given order', async () => {
    const [a, b] = [await scene.conversation(), await scene.conversation()];
    const outcomes = await scene.log.commit([[message(a)], [message(b), message(b)], [message(a)], [change(b)], [message(a)]]);
    expect(outcomes).toEqual([
      [{ outcome: 'committed', seq: 1, rev: 2 }],
      [
        { outcome: 'committed', seq: 1, rev: 2 },
        { outcome: 'committed', seq: 2, rev: 3 },
      ],
      [{ outcome: 'committed', seq: 2, rev: 3 }],
      [{ outcome: 'committed', seq: null, rev: 4 }],
      [{ outcome: 'committed', seq: 3, rev: 4 }],
    ]);
  });

  it('keeps every field of a draft unchanged', async () => {
    const id = await scene.conversation();
    const at = new Date('2025-01-02T03:04:05.678Z');
    const text = 'a "quoted" \\ 𝛑 line\nwith \u0001 control, \u2028 and ünï';
    await scene.send(id, 2);
    const sent = message(id, { text, at, replyTo: 2 });
    const changed = change(id);
    await scene.commit(sent, changed);
    const [, , first, second] = await scene.log.pending(id, { order: 'asc', limit: 10 });
    const { conversationId, kind, actorId, clientId, bodyHash, body } = sent;
    expect(first).toMatchObject({ conversationId, kind, actorId, clientId, bodyHash, at, body, seq: 3, rev: 4, isParked: false });
    expect(second).toMatchObject({
      kind: changed.kind,
      actorId: changed.actorId,
      clientId: null,
      bodyHash: null,
      body: changed.body,
      seq: null,
      rev: 5,
    });
    expect(second?.at).toEqual(changed.at);
  });

  it('answers a repeated draft with its original numbers and adds nothing', async () => {
    const id = await scene.conversation();
    const [first, second] = [message(id), message(id)];
    await scene.commit(first, second);
    expect(await scene.commit(again(second), message(id), again(first))).toEqual([
      { outcome: 'replayed', seq: 2, rev: 3 },
      { outcome: 'committed', seq: 3, rev: 4 },
      { outcome: 'replayed', seq: 1, rev: 2 },
    ]);
    expect(revs(await scene.log.pending(id, { order: 'asc', limit: 10 }))).toEqual([2, 3, 4]);
  });

  it('recognises a client id after its message is persisted, after it is settled, and on another node', async () => {
    const id = await scene.conversation();
    const [draft] = await scene.send(id, 1);
    if (draft === undefined) throw new Error('nothing was sent');
    const entries = await scene.log.pending(id, { order: 'asc', limit: 10 });
    const replayed = [{ outcome: 'replayed', seq: 1, rev: 2 }];
    const conflict = [{ outcome: 'conflict', seq: 1 }];
    await scene.persist(entries);
    expect(await scene.commit(again(draft))).toEqual(replayed);
    await scene.log.settle(entries);
    expect(await scene.commit(again(draft))).toEqual(replayed);
    expect(await scene.commit(again(draft, 'another body'))).toEqual(conflict);
    const other = await scene.store.open();
    expect(await other.commit([[again(draft)], [again({ ...draft, clientId: newId<ClientId>() })]])).toEqual([
      replayed,
      [{ outcome: 'committed', seq: 2, rev: 3 }],
    ]);
  });

  it('finds what was committed under client ids, from the commit on, on every node, and nothing under others', async () => {
    const id = await scene.conversation();
    // One that says when it was made, an old one, and one that says nothing.
    const clientIds = [newId<ClientId>(), ClientId.parse('01900000-0000-7000-8000-000000000001'), ClientId.parse(randomUUID())];
    const drafts = clientIds.map((clientId, index) => message(id, { clientId, text: `text ${index}` }));
    const keys = drafts.map(({ conversationId, actorId }, index) => ({ conversationId, actorId, clientId: itemAt(clientIds, index) }));
    const strange = [
      { ...itemAt(keys, 0), actorId: newId<UserId>() },
      { ...itemAt(keys, 0), clientId: newId<ClientId>() },
    ];
    const known = drafts.map(({ bodyHash }, index) => ({ seq: index + 1, rev: index + 2, bodyHash }));
    const nothing = [...keys, ...strange].map(() => undefined);
    const find = async (log = scene.log) =>
      (await log.findKnown([...keys, ...strange])).map((one) => one && { seq: one.seq, rev: one.rev, bodyHash: one.bodyHash });
    expect(await find()).toEqual(nothing);
    await scene.commit(...drafts);
    expect(await find()).toEqual([...known, undefined, undefined]);
    const entries = await scene.log.pending(id, { order: 'asc', limit: 10 });
    await scene.persist(entries);
    expect(await find()).toEqual([...known, undefined, undefined]);
    await scene.log.settle(entries);
    expect(await find()).toEqual([...known, undefined, undefined]);
    expect(await find(await scene.store.open())).toEqual([...known, undefined, undefined]);
    expect(await scene.log.findKnown([])).toEqual([]);
  });

  it('refuses a client id with a different body, and names the message that has the id', async () => {
    const id = await scene.conversation();
    const [draft] = await scene.send(id, 1);
    if (draft === undefined) throw new Error('nothing was sent');
    expect(await scene.commit(again(draft, 'another body'))).toEqual([{ outcome: 'conflict', seq: 1 }]);
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 1, rev: 2 }]]));
  });

  it('treats equal client ids of different senders or conversations as different', async () => {
    const [a, b] = [await scene.conversation(), await scene.conversation()];
    const clientId = newId<ClientId>();
    const actorId = newId<UserId>();
    await scene.commit(message(a, { clientId, actorId, text: 'first' }));
    expect(await scene.commit(message(a, { clientId, text: 'of another sender' }))).toEqual([{ outcome: 'committed', seq: 2, rev: 3 }]);
    expect(await scene.commit(message(b, { clientId, actorId, text: 'elsewhere' }))).toEqual([{ outcome: 'committed', seq: 1, rev: 2 }]);
  });

  it('commits nothing of a unit with a conflict, and leaves no gap', async () => {
    const id = await scene.conversation();
    const [draft] = await scene.send(id, 1);
    if (draft === undefined) throw new Error('nothing was sent');
    const outcomes = await scene.log.commit([
      [message(id)],
      [message(id), again(draft, 'another body'), again(draft), message(id)],
      [message(id)],
    ]);
    expect(outcomes).toEqual([
      [{ outcome: 'committed', seq: 2, rev: 3 }],
      [{ outcome: 'refused' }, { outcome: 'conflict', seq: 1 }, { outcome: 'replayed', seq: 1, rev: 2 }, { outcome: 'refused' }],
      [{ outcome: 'committed', seq: 3, rev: 4 }],
    ]);
    expect(seqs(await scene.log.pending(id, { order: 'asc', limit: 10 }))).toEqual([1, 2, 3]);
  });

  it('commits nothing of a unit that replies to a missing message, and accepts its other drafts afterwards', async () => {
    const id = await scene.conversation();
    await scene.send(id, 2);
    const unit = [message(id), message(id, { replyTo: 900 })];
    expect(await scene.commit(...unit)).toEqual([{ outcome: 'refused' }, { outcome: 'replyNotFound' }]);
    expect(await scene.commit(message(id, { replyTo: 2 }))).toEqual([{ outcome: 'committed', seq: 3, rev: 4 }]);
    expect(await scene.commit(...unit.slice(0, 1))).toEqual([{ outcome: 'committed', seq: 4, rev: 5 }]);
  });

  it('answers "unknown" for a missing conversation, and commits the other units', async () => {
    const id = await scene.conversation();
    const nowhere = newId<ConversationId>();
    const outcomes = await scene.log.commit([[message(nowhere), change(nowhere)], [message(id)]]);
    expect(outcomes).toEqual([[{ outcome: 'unknown' }, { outcome: 'unknown' }], [{ outcome: 'committed', seq: 1, rev: 2 }]]);
    expect(await scene.log.heads([nowhere])).toEqual(new Map());
    expect(await scene.log.pending(nowhere, { order: 'asc', limit: 10 })).toEqual([]);
  });

  it('commits five hundred drafts of many conversations in one call', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => scene.conversation()));
    const units = Array.from({ length: 250 }, (_, index) =>
      ids.slice(index % 10, (index % 10) + 1).flatMap((id) => [message(id), message(id)]),
    );
    const outcomes = await scene.log.commit(units);
    expect(outcomes.flat().every((outcome) => outcome.outcome === 'committed')).toBe(true);
    const heads = await scene.log.heads(ids);
    expect([...heads.values()]).toEqual(ids.map(() => ({ seq: 50, rev: 51 })));
  });

  it('answers an empty call with an empty result', async () => {
    expect(await scene.log.commit([])).toEqual([]);
    expect(await scene.log.heads([])).toEqual(new Map());
    expect(await scene.log.pendingNewest([])).toEqual(new Map());
    await scene.log.settle([]);
  });
}
