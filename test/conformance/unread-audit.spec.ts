import fc from 'fast-check';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Draft } from '../../src/modules/log/draft.js';
import { UnreadAudit } from '../../src/modules/receipts/unread-audit.js';
import { MemoryCursorStore } from '../../src/modules/receipts/infra/memory-cursor-store.js';
import { ReceiptsConsumer } from '../../src/modules/receipts/workers/receipts.consumer.js';
import { newId } from '#platform/ids.js';
import { itemAt } from '../support/present.js';
import { change, LogScene, message } from './log/log-scene.js';
import { createEmbeddedStore } from './log/embedded-store.js';

const memberCount = 3;
/** More messages than one statement stores. */
const manyMessages = 60;
const nat = fc.nat({ max: 100 });
const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), who: nat, what: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flood' as const), who: nat, what: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), who: nat, what: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hide' as const), who: nat, what: nat }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), who: nat, what: nat }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('persist' as const), who: nat, what: nat }) },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer S> ? S : never;

describe('unread counts', () => {
  let scene: LogScene;
  let audit: UnreadAudit;
  let receipts: ReceiptsConsumer;
  beforeAll(async () => {
    scene = await LogScene.create(createEmbeddedStore);
    audit = new UnreadAudit(scene.database);
    receipts = new ReceiptsConsumer(scene.database, new MemoryCursorStore());
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

  async function run(step: Step, id: ConversationId, members: readonly UserId[]): Promise<void> {
    const actorId = itemAt(members, step.who % memberCount);
    const head = (await scene.log.heads([id])).get(id)?.seq ?? 0;
    const seq = 1 + (step.what % Math.max(1, head));
    const changeOf = (kind: string): Draft => ({ ...change(id, actorId), kind, body: { seq } });
    if (step.do === 'send') await scene.commit(message(id, { actorId }));
    if (step.do === 'flood')
      await scene.commit(
        ...Array.from({ length: manyMessages }, (_, place) => message(id, { actorId: itemAt(members, (step.what * place) % memberCount) })),
      );
    if (step.do === 'delete' && head > 0) await scene.commit(changeOf('message.deleted'));
    if (step.do === 'hide' && head > 0) await scene.commit(changeOf('message.hidden'));
    if (step.do === 'read' && head > 0) {
      await receipts.perform({
        advances: [{ conversationId: id, userId: actorId, kind: 'read', upToSeq: seq, at: new Date().toISOString() }],
      });
    }
    if (step.do === 'persist') {
      const entries = (await scene.outboxes()).slice(0, step.what % 2 === 0 ? 1 + (step.what % 5) : 2 * manyMessages);
      await scene.persist(entries);
      await scene.log.settle(entries);
    }
  }

  it('never drift, in whatever order messages are sent, deleted, hidden, read and persisted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { id, members } = await conversation();
        for (const step of steps) await run(step, id, members);
        expect((await audit.verify(false)).drifted).toEqual([]);
        await scene.drain();
        expect((await audit.verify(false)).drifted).toEqual([]);
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('are corrected where they drifted, and only there', async () => {
    const { id, members } = await conversation();
    const [sender, reader] = [itemAt(members, 0), itemAt(members, 1)];
    await scene.commit(message(id, { actorId: sender }), message(id, { actorId: sender }), message(id, { actorId: reader }));
    await scene.drain();
    await scene.database.query('UPDATE members SET uncounted = uncounted + 5 WHERE conversation_id = $1 AND user_id = $2', [id, sender]);
    const drift = { conversationId: id, userId: sender, stored: 7, counted: 2 };
    const found = await audit.verify(false);
    expect(found.drifted).toEqual([drift]);
    expect(found.checked).toBeGreaterThanOrEqual(memberCount);
    expect((await audit.verify(true)).drifted).toEqual([drift]);
    expect((await audit.verify(false)).drifted).toEqual([]);
    const rows = await scene.database.query('SELECT user_id, uncounted FROM members WHERE conversation_id = $1 AND uncounted > 0', [id]);
    expect(rows).toEqual(
      expect.arrayContaining([
        { user_id: sender, uncounted: 2 },
        { user_id: reader, uncounted: 1 },
      ]),
    );
    expect(rows).toHaveLength(2);
  });
});
