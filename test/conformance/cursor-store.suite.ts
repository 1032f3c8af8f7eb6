import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { ReceiptAdvance } from '../../src/modules/queues/job-types.js';
import type { CursorStore } from '../../src/modules/receipts/infra/cursor-store.js';
import { newId } from '#platform/ids.js';

/** The promises of every store of advanced cursors. */
export function describeCursorStore(name: string, open: () => CursorStore): void {
  describe(`advanced cursors on ${name}`, () => {
    const at = new Date().toISOString();
    let conversationId: ConversationId;
    let ada: UserId;
    const move = (kind: ReceiptAdvance['kind'], upToSeq: number): ReceiptAdvance => ({ conversationId, userId: ada, kind, upToSeq, at });
    beforeEach(() => {
      [conversationId, ada] = [newId<ConversationId>(), newId<UserId>()];
    });

    it('only move forward, and stay until storage holds them', async () => {
      const store = open();
      await store.addMove(conversationId, ada, { readSeq: 3, deliveredSeq: 5 }, [move('delivered', 5), move('read', 3)]);
      await store.addMove(conversationId, ada, { readSeq: 4, deliveredSeq: 2 }, [move('read', 4)]);
      const expected = { readSeq: 4, deliveredSeq: 5, advances: [move('delivered', 5), move('read', 3), move('read', 4)] };
      expect((await store.findMoved(ada, [conversationId, newId<ConversationId>()])).get(conversationId)).toEqual(expected);
      expect(await store.findMovedIn(conversationId)).toEqual(new Map([[ada, expected]]));
      await store.forgetMoves([move('read', 3)]);
      expect((await store.findMovedIn(conversationId)).get(ada)?.advances).toEqual([move('delivered', 5), move('read', 4)]);
    });

    it('are removed once storage holds them, and removing them again has no effect', async () => {
      const store = open();
      await store.addMove(conversationId, ada, { readSeq: 3, deliveredSeq: 3 }, [move('delivered', 3), move('read', 3)]);
      for (let repeat = 0; repeat < 2; repeat += 1) await store.forgetMoves([move('read', 4), move('delivered', 3)]);
      expect(await store.findMovedIn(conversationId)).toEqual(new Map());
      expect((await store.findMoved(ada, [conversationId])).size).toBe(0);
    });
  });
}
