import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../src/database/database.js';
import { Applies } from '../../src/modules/log/applies.js';
import { ConversationChanges } from '../../src/modules/log/conversation-changes.js';
import type { Draft } from '../../src/modules/log/draft.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { AppError } from '#platform/errors/app-error.js';
import { GroupCommit } from '../../src/modules/log/group-commit.js';
import { newId } from '#platform/ids.js';
import { change, LogScene, message, testBody } from './log/log-scene.js';
import { createEmbeddedStore } from './log/embedded-store.js';

const nothing = () => undefined;

let deaths = 0;

class DyingApplier {
  @Applies('test.dying', testBody)
  die(): Promise<void> {
    deaths -= 1;
    return deaths >= 0 ? Promise.reject(new Error('the process dies here')) : Promise.resolve();
  }
}

describe('changes of a conversation', () => {
  let scene: LogScene;
  let groupCommit: GroupCommit;
  let changes: ConversationChanges;

  beforeAll(async () => {
    scene = await LogScene.create(createEmbeddedStore, new DyingApplier());
    groupCommit = new GroupCommit(scene.log, DecoratedMethods.of());
    changes = new ConversationChanges(scene.database, scene.log, groupCommit, scene.applyEntries);
  });
  afterAll(() => scene.store.close());
  afterEach(() => {
    deaths = 0;
  });

  const edit = (id: ConversationId, seq: number, text: string): Draft => ({ ...change(id), kind: 'message.edited', body: { seq, text } });

  async function texts(id: ConversationId): Promise<Array<string | null>> {
    const rows = await scene.database.query<{ text: string | null }>('SELECT text FROM messages WHERE conversation_id = $1 ORDER BY seq', [
      id,
    ]);
    return rows.map((row) => row.text);
  }

  async function lastRev(id: ConversationId): Promise<number | undefined> {
    const [row] = await scene.database.query<{ last_rev: number }>('SELECT last_rev FROM conversations WHERE id = $1', [id]);
    return row?.last_rev;
  }

  it('decides on everything committed so far, persisted or not, and answers once storage holds the change', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'first' }), message(id, { text: 'second' }));
    const seen = await changes.runChange(id, async (tx: Transaction) => {
      const rows = await tx.query<{ text: string }>('SELECT text FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]);
      return {
        drafts: [edit(id, 2, 'edited')],
        deliver: nothing,
        answer: async ([committed]) => ({ rev: committed?.rev, before: rows.map((row) => row.text), after: await texts(id) }),
      };
    });
    expect(seen).toEqual({ rev: 4, before: ['first', 'second'], after: ['first', 'edited'] });
    await scene.drain();
    expect(await texts(id)).toEqual(['first', 'edited']);
    expect(await scene.database.query('SELECT text, rev FROM message_edits WHERE conversation_id = $1', [id])).toEqual([
      { text: 'second', rev: 4 },
    ]);
  });

  it('applies messages that were committed during the decision before its own change', async () => {
    const id = await scene.conversation();
    await changes.runChange(id, async () => {
      await groupCommit.commit([message(id, { text: 'meanwhile' }), message(id, { text: 'and more' })], nothing);
      return { drafts: [edit(id, 1, 'edited')], deliver: nothing, answer: nothing };
    });
    expect(await texts(id)).toEqual(['edited', 'and more']);
    expect(await lastRev(id)).toBe(4);
  });

  it('survives a crash between the log and storage: the worker applies the change', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'first' }));
    const delivered: number[] = [];
    deaths = Infinity;
    const dying = changes.runChange(id, () =>
      Promise.resolve({
        drafts: [edit(id, 1, 'edited'), { ...change(id), kind: 'test.dying' }],
        deliver: (committed) => delivered.push(...committed.map((one) => one.rev)),
        answer: nothing,
      }),
    );
    await expect(dying).rejects.toThrow('dies here');
    expect(delivered).toEqual([3, 4]);
    expect(await texts(id)).toEqual([]);
    expect(await scene.log.hasPendingChange(id)).toBe(true);
    deaths = 0;
    await scene.drain();
    expect(await texts(id)).toEqual(['edited']);
    expect(await scene.log.hasPendingChange(id)).toBe(false);
    expect(await scene.log.backlog()).toMatchObject({ entries: 0 });
  });

  it('answers even if its transaction fails after the commit: a second transaction applies the change', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'first' }));
    deaths = 1;
    const decision = { drafts: [edit(id, 1, 'edited'), { ...change(id), kind: 'test.dying' }], deliver: nothing, answer: () => texts(id) };
    expect(await changes.runChange(id, () => Promise.resolve(decision))).toEqual(['edited']);
    expect(await scene.log.backlog()).toMatchObject({ entries: 0 });
  });

  it('lets a reader apply a change that a dead process left behind', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'first' }), edit(id, 1, 'edited'));
    expect(await scene.log.hasPendingChange(id)).toBe(true);
    await changes.settlePending(id);
    expect(await texts(id)).toEqual(['edited']);
    expect(await scene.log.hasPendingChange(id)).toBe(false);
  });

  it('commits nothing when the decision is empty or rejects', async () => {
    const id = await scene.conversation();
    expect(await changes.runChange(id, () => Promise.resolve({ drafts: [], deliver: nothing, answer: () => 'as it was' }))).toBe(
      'as it was',
    );
    await expect(changes.runChange(id, () => Promise.reject(new Error('not allowed')))).rejects.toThrow('not allowed');
    await expect(changes.runChange(newId<ConversationId>(), () => Promise.reject(new Error('not reached')))).rejects.toMatchObject({
      code: 'conversation.notFound',
    });
    expect(await scene.log.heads([id])).toEqual(new Map([[id, { seq: 0, rev: 1 }]]));
  });

  it('applies the pending changes that a rejection is based on, so that the next reader finds them', async () => {
    const id = await scene.conversation();
    await scene.commit(message(id, { text: 'first' }), edit(id, 1, 'edited'));
    await expect(changes.runChange(id, () => Promise.reject(new AppError('member.alreadyMember')))).rejects.toMatchObject({
      code: 'member.alreadyMember',
    });
    expect(await texts(id)).toEqual(['edited']);
  });

  it('runs changes one after another beside sends and a worker: nothing is lost, doubled or reordered', async () => {
    const id = await scene.conversation();
    const actorId = newId<UserId>();
    await scene.commit(message(id, { text: '0' }));
    let isDone = false;
    const draining = (async () => {
      while (!isDone) await scene.drain();
    })();
    // Each change adds one to the number it reads, so a lost or doubled change shows in the sum.
    const counting = Array.from({ length: 20 }, () =>
      changes.runChange(id, async (tx) => {
        const [row] = await tx.query<{ text: string }>('SELECT text FROM messages WHERE conversation_id = $1 AND seq = 1', [id]);
        return { drafts: [edit(id, 1, String(Number(row?.text) + 1))], deliver: nothing, answer: nothing };
      }),
    );
    const sending = Array.from({ length: 40 }, () => groupCommit.commit([message(id, { actorId })], nothing));
    await Promise.all([...counting, ...sending]);
    isDone = true;
    await draining;
    await scene.drain();
    const all = await texts(id);
    expect(all[0]).toBe('20');
    expect(all).toHaveLength(41);
    expect(await lastRev(id)).toBe(62);
  });
});
