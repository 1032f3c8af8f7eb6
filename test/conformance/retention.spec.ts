import fc from 'fast-check';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { BatchDatabase } from '../../src/database/database.js';
import { UnreadAudit } from '../../src/modules/receipts/unread-audit.js';
import { RetentionRuns } from '../../src/modules/retention/retention-runs.js';
import { DeleteRange } from '../../src/modules/retention/workers/delete-range.js';
import { GiveWay } from '../../src/modules/retention/workers/give-way.js';
import { itemAt } from '../support/present.js';
import { createEmbeddedStore } from './log/embedded-store.js';
import { change, LogScene, message } from './log/log-scene.js';

const memberCount = 3;
const undoSeconds = 3600;
const everySeq = 1_000_000;
const counts = { conversations: 0, messages: 0, ranges: 0, purgedConversations: 0 };

describe('retention', () => {
  let scene: LogScene;
  let deleteRange: DeleteRange;
  beforeAll(async () => {
    scene = await LogScene.create(createEmbeddedStore);
    deleteRange = new DeleteRange(new BatchDatabase(scene.database.pool));
  });
  afterAll(() => scene.store.close());

  async function conversation(): Promise<{ id: ConversationId; members: UserId[] }> {
    const id = await scene.conversation();
    const members = Array.from({ length: memberCount }, () => newId<UserId>());
    await scene.database.query(
      "INSERT INTO members (conversation_id, user_id, role, joined_at, rev) SELECT $1, unnest($2::uuid[]), 'member', now(), 1",
      [id, members],
    );
    return { id, members };
  }

  const hide = (id: ConversationId, beforeSeq: number) =>
    scene.database.query('UPDATE conversations SET hidden_before_seq = $2 WHERE id = $1', [id, beforeSeq]);
  const seqsOf = async (id: ConversationId) => {
    const rows = await scene.database.query<{ seq: number }>('SELECT seq FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
    return rows.map(({ seq }) => seq);
  };

  it('keeps unread counts exact, whatever part of a history is deleted in ranges of whatever size', async () => {
    const nat = fc.nat({ max: 100 });
    const step = fc.record({ kind: fc.constantFrom('message.deleted', 'message.hidden'), who: nat, what: nat });
    const plan = fc.record({
      senders: fc.array(nat, { minLength: 1, maxLength: 30 }),
      reads: fc.array(nat, { minLength: memberCount, maxLength: memberCount }),
      steps: fc.array(step, { maxLength: 10 }),
      hidden: nat,
      size: fc.integer({ min: 1, max: 7 }),
    });
    const audit = new UnreadAudit(scene.database);
    await fc.assert(
      fc.asyncProperty(plan, async ({ senders, reads, steps, hidden, size }) => {
        const { id, members } = await conversation();
        await scene.commit(...senders.map((who) => message(id, { actorId: itemAt(members, who % memberCount) })));
        for (const { kind, who, what } of steps) {
          const body = { seq: 1 + (what % senders.length) };
          await scene.commit({ ...change(id, itemAt(members, who % memberCount)), kind, body });
        }
        await scene.drain();
        for (const [place, read] of reads.entries()) {
          const cursor = read % (senders.length + 1);
          await scene.database.query('UPDATE members SET read_seq = $3 WHERE conversation_id = $1 AND user_id = $2', [
            id,
            itemAt(members, place),
            cursor,
          ]);
        }
        await audit.verify(true);
        const beforeSeq = 1 + (hidden % (senders.length + 1));
        await hide(id, beforeSeq);
        for (let isLast = false; !isLast;) {
          ({ isLast } = await deleteRange.execute(id, undoSeconds, size));
          expect((await audit.verify(false)).drifted).toEqual([]);
        }
        expect(await seqsOf(id)).toEqual(senders.map((_, index) => index + 1).filter((seq) => seq >= beforeSeq));
      }),
      { numRuns: 30, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('continues where it was interrupted, and leaves messages that have not expired', async () => {
    const { id, members } = await conversation();
    await scene.commit(...Array.from({ length: 10 }, () => message(id, { actorId: itemAt(members, 0) })));
    await scene.drain();
    expect(await deleteRange.execute(id, undoSeconds, everySeq)).toEqual({ messages: 0, isLast: true });
    await hide(id, 8);
    expect(await deleteRange.execute(id, undoSeconds, 3)).toEqual({ messages: 3, isLast: false });
    const another = new DeleteRange(new BatchDatabase(scene.database.pool));
    expect(await another.execute(id, undoSeconds, 3)).toEqual({ messages: 3, isLast: false });
    expect(await another.execute(id, undoSeconds, 3)).toEqual({ messages: 1, isLast: true });
    expect(await another.execute(id, undoSeconds, 3)).toEqual({ messages: 0, isLast: true });
    expect(await seqsOf(id)).toEqual([8, 9, 10]);
  });

  it('deletes all messages of a deleted conversation, but not while it can be restored', async () => {
    const { id, members } = await conversation();
    await scene.commit(message(id, { actorId: itemAt(members, 0) }), message(id, { actorId: itemAt(members, 1) }));
    await scene.drain();
    const deletedAgo = (seconds: number) =>
      scene.database.query('UPDATE conversations SET deleted_at = now() - make_interval(secs => $2) WHERE id = $1', [id, seconds]);
    await deletedAgo(undoSeconds - 60);
    expect(await deleteRange.execute(id, undoSeconds, everySeq)).toEqual({ messages: 0, isLast: true });
    await deletedAgo(undoSeconds);
    expect(await deleteRange.execute(id, undoSeconds, everySeq)).toEqual({ messages: 2, isLast: true });
  });

  it('runs once at a time in the cluster, and a run whose process died is taken over', async () => {
    const [one, other] = [new RetentionRuns(scene.database), new RetentionRuns(scene.database)];
    const begun = await Promise.all([one.beginRun(false), other.beginRun(false), one.beginRun(true)]);
    const [first] = begun.filter((id) => id !== undefined);
    if (first === undefined) throw new Error('no run began');
    expect(begun.filter((id) => id === undefined)).toHaveLength(2);
    expect(await one.reportProgress(first, { ...counts, messages: 5 })).toBe(true);
    await scene.database.query("UPDATE retention_runs SET heartbeat_at = now() - interval '61 s'");
    const second = await other.beginRun(false);
    expect(second).toBeDefined();
    expect(await one.reportProgress(first, counts)).toBe(false);
    expect(await one.getRun(first)).toMatchObject({ messages: 5, error: 'the process stopped' });
    if (second !== undefined) await other.endRun(second, null);
    expect(await one.beginRun(false)).toBeDefined();
  });

  it('stands back while much waits to be persisted, and ends at once when the process stops', async () => {
    const backlog = [900, 501, 500, 0];
    const giveWay = new GiveWay({ backlog: () => Promise.resolve({ entries: backlog.shift() ?? 0, oldestAt: null }) });
    await giveWay.awaitTurn(0, new AbortController().signal);
    expect(backlog).toEqual([0]);
    const stuck = new GiveWay({ backlog: () => Promise.resolve({ entries: everySeq, oldestAt: null }) });
    const stop = new AbortController();
    const waiting = stuck.awaitTurn(0, stop.signal);
    stop.abort();
    await waiting;
  });
});
