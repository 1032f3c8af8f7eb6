import type { ConversationId } from '#contracts/primitives.js';
import { type CommitOutcome, ConversationLog } from '../../src/modules/log/conversation-log.js';
import type { Committed, Draft } from '../../src/modules/log/draft.js';
import { GroupCommit, OnCommitted } from '../../src/modules/log/group-commit.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { newId } from '#platform/ids.js';
import { itemAt } from '../support/present.js';
import { again, change, LogScene, message } from './log/log-scene.js';
import { createEmbeddedStore } from './log/embedded-store.js';

const nothing = () => undefined;

class Listener {
  readonly seen: string[] = [];

  @OnCommitted()
  note(committed: readonly Committed[]): void {
    this.seen.push(`committed ${committed.length}`);
  }
}

describe('the group commit', () => {
  let listener: Listener;
  let scene: LogScene;
  let calls: number[];
  let atOnce: number;
  let groupCommit: GroupCommit;

  beforeAll(async () => {
    scene = await LogScene.create(createEmbeddedStore);
  });
  afterAll(() => scene.store.close());
  beforeEach(() => {
    calls = [];
    listener = new Listener();
    atOnce = 0;
    let running = 0;
    groupCommit = watched(async (units) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      calls.push(units.flat().length);
      const outcomes = await scene.log.commit(units);
      running -= 1;
      return outcomes;
    });
  });

  /** A group commit on the scene's log, with `commit` in place of the log's own method. */
  function watched(commit: (units: readonly (readonly Draft[])[]) => Promise<CommitOutcome[][]>): GroupCommit {
    const log: ConversationLog = new Proxy(scene.log, {
      get: (target, name) => (name === 'commit' ? commit : Reflect.get(target, name, target)),
    });
    const opened = new GroupCommit(log, DecoratedMethods.of(listener));
    opened.onModuleInit();
    return opened;
  }

  it('commits the drafts of one turn of the event loop together, and drafts that arrive meanwhile in the next commit', async () => {
    const id = await scene.conversation();
    const first = Array.from({ length: 10 }, () => groupCommit.commit([message(id)], nothing));
    let second: Array<Promise<unknown>> = [];
    const started = new Promise<void>((resolve) => {
      setImmediate(() => {
        second = Array.from({ length: 7 }, () => groupCommit.commit([message(id)], nothing));
        resolve();
      });
    });
    await started;
    await Promise.all([...first, ...second]);
    expect(calls).toEqual([10, 7]);
    expect(atOnce).toBe(1);
  });

  it('commits one group at a time under load', async () => {
    const ids = await Promise.all([scene.conversation(), scene.conversation()]);
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        for (let round = 0; round < 5; round += 1) await groupCommit.commit([message(itemAt(ids, index % 2))], nothing);
      }),
    );
    expect(atOnce).toBe(1);
    expect(calls.reduce((sum, size) => sum + size)).toBe(200);
    expect(calls.length).toBeLessThan(200);
  });

  it('delivers in rev order, before the committing call resolves', async () => {
    const id = await scene.conversation();
    const delivered: number[] = [];
    const resolved: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const drafts = [message(id), change(id)];
        const committed = await groupCommit.commit(drafts, (unit) => delivered.push(...unit.map((one) => one.rev)));
        expect(delivered).toEqual(expect.arrayContaining(committed.map((one) => one.rev)));
        resolved.push(...committed.map((one) => one.rev));
      }),
    );
    expect(delivered).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
    expect(resolved).toEqual(delivered);
  });

  it('commits the first and replays the second of two drafts with one client id in the same turn', async () => {
    const id = await scene.conversation();
    const draft = message(id);
    const delivered: Committed[] = [];
    const answers = await Promise.all([draft, again(draft)].map((one) => groupCommit.commit([one], (unit) => delivered.push(...unit))));
    expect(answers.flat().map(({ seq, replayed }) => ({ seq, replayed }))).toEqual([
      { seq: 1, replayed: false },
      { seq: 1, replayed: true },
    ]);
    expect(delivered.filter((one) => !one.replayed)).toHaveLength(1);
    await expect(groupCommit.commit([again(draft, 'another body')], nothing)).rejects.toMatchObject({ code: 'message.clientIdConflict' });
  });

  it('reports a conflict when two drafts of one turn have the same client id and different bodies', async () => {
    const id = await scene.conversation();
    const draft = message(id);
    const [first, second] = await Promise.allSettled(
      [draft, again(draft, 'another body')].map((one) => groupCommit.commit([one], nothing)),
    );
    expect(first?.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'message.clientIdConflict' } });
  });

  it('refuses a single unit without harm to its group, and delivers none of its drafts', async () => {
    const id = await scene.conversation();
    const refused: Committed[] = [];
    const answers = await Promise.allSettled([
      groupCommit.commit([message(id)], nothing),
      groupCommit.commit([message(id), message(id, { replyTo: 999 })], (unit) => refused.push(...unit)),
      groupCommit.commit([message(newId<ConversationId>())], nothing),
      groupCommit.commit([message(id)], nothing),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: { code: 'message.notFound', errors: [{ path: 'messages.1.replyTo' }] } });
    expect(answers[2]).toMatchObject({ reason: { code: 'conversation.notFound' } });
    expect(refused).toEqual([]);
    expect((await scene.log.heads([id])).get(id)).toEqual({ seq: 2, rev: 3 });
  });

  it('rejects every draft of a failed commit, and continues with the next commit', async () => {
    const id = await scene.conversation();
    let isBroken = true;
    const failing = watched((units) => (isBroken ? Promise.reject(new Error('no connection')) : scene.log.commit(units)));
    const drafts = Array.from({ length: 5 }, () => message(id));
    const delivered: Committed[] = [];
    const answers = await Promise.allSettled(drafts.map((draft) => failing.commit([draft], (unit) => delivered.push(...unit))));
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
    expect(delivered).toEqual([]);
    isBroken = false;
    const repeated = await Promise.all(drafts.map((draft) => failing.commit([again(draft)], nothing)));
    expect(repeated.flat().map((one) => one.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('answers with the original numbers when a commit succeeded but its reply was lost', async () => {
    const id = await scene.conversation();
    let isLost = true;
    const losing = watched(async (units) => {
      const outcomes = await scene.log.commit(units);
      if (isLost) throw new Error('connection reset');
      return outcomes;
    });
    const draft = message(id);
    await expect(losing.commit([draft], nothing)).rejects.toMatchObject({ code: 'overloaded' });
    isLost = false;
    expect(await losing.commit([again(draft)], nothing)).toMatchObject([{ seq: 1, rev: 2, replayed: true }]);
  });

  it('refuses all drafts while its queue is full', async () => {
    const id = await scene.conversation();
    groupCommit.setFull(true);
    await expect(groupCommit.commit([message(id)], nothing)).rejects.toMatchObject({ code: 'overloaded' });
    groupCommit.setFull(false);
    expect(await groupCommit.commit([message(id)], nothing)).toHaveLength(1);
  });

  it('notifies its listeners once per group, after the delivery', async () => {
    const id = await scene.conversation();
    await Promise.all([1, 2, 3].map(() => groupCommit.commit([message(id)], () => listener.seen.push('delivered'))));
    expect(listener.seen).toEqual(['delivered', 'delivered', 'delivered', 'committed 3']);
  });
});
