import fc from 'fast-check';
import { api } from '../../support/api.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, readAll, say } from '../../support/scene.js';

jest.setTimeout(60_000);

const step = fc.record({ act: fc.constantFrom('mine', 'theirs', 'theirs', 'delete', 'read', 'deliver'), target: fc.nat(12) });

test('the unread count is always the number of messages after the read cursor, without own and deleted ones', async () => {
  const people = await guests(2);
  const [me, other] = [itemAt(people, 0), itemAt(people, 1)];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const { id: conversationId } = await makeConversation(other, [me]);
      const params = { conversationId };
      for (const { act, target } of steps) {
        if (act === 'mine' || act === 'theirs') await say(act === 'mine' ? me : other, conversationId, act);
        else if (act === 'delete') await api(other).raw('message.delete', { params: { conversationId, seq: (target % 6) + 1 } });
        else await api(me).raw('receipt.put', { params, body: act === 'read' ? { readSeq: target } : { deliveredSeq: target } });
      }
      const { me: membership, seq } = (await api(me).call('conversation.get', { params })).ok(200);
      const { items } = (await api(me).call('conversation.list', { query: { limit: 200 } })).ok(200);
      const unread = (await readAll(me, conversationId)).filter(
        (one) => one.senderId !== me.userId && one.deletedAt === null && one.seq > (membership?.readSeq ?? 0),
      );
      expect(membership).toMatchObject({ unreadCount: unread.length });
      expect(items.find((item) => item.id === conversationId)).toMatchObject({
        unreadCount: unread.length,
        readSeq: membership?.readSeq,
        seq,
      });
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

test('pages of any size and direction add up to the whole history, and a message I hid is a tombstone for me alone', async () => {
  const people = await guests(2);
  const [me, other] = [itemAt(people, 0), itemAt(people, 1)];
  const { id: conversationId } = await makeConversation(other, [me]);
  const messages = Array.from({ length: 57 }, (_, index) => ({ text: `line ${index + 1}`, ...(index > 4 ? { replyTo: 3 } : {}) }));
  (await api(other).call('message.sendBatch', { params: { conversationId }, body: { messages: messages.slice(0, 5) } })).ok(201);
  (await api(other).call('message.sendBatch', { params: { conversationId }, body: { messages: messages.slice(5) } })).ok(201);
  const hidden = [10, 11, 12, 13, 14, 40];
  for (const seq of hidden) (await api(me).call('message.delete', { params: { conversationId, seq }, query: { scope: 'me' } })).ok(200);
  const all = Array.from({ length: 57 }, (_, index) => index + 1);
  const tombstones = async (reader: Person) =>
    (await readAll(reader, conversationId)).filter((one) => one.text === null && one.deletedAt !== null).map((one) => one.seq);
  expect(await tombstones(me)).toEqual(hidden);
  expect(await tombstones(other)).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.constantFrom<'asc' | 'desc'>('asc', 'desc'), async (limit, order) => {
      expect(await walk(me, conversationId, 'before', limit, order)).toEqual(all);
      expect(await walk(me, conversationId, 'after', limit, order)).toEqual(all);
      expect(await replies(other, conversationId, limit)).toEqual(all.filter((seq) => seq > 5));
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

/** All `seq` of a conversation, read page by page from one end to the other. */
async function walk(
  reader: Person,
  conversationId: string,
  bound: 'before' | 'after',
  limit: number,
  order: 'asc' | 'desc',
): Promise<number[]> {
  const all: number[] = [];
  let edge: number | undefined = bound === 'after' ? 0 : undefined;
  for (;;) {
    const query = { limit, order, ...(edge === undefined ? {} : { [bound]: edge }) };
    const page = (await api(reader).call('message.history', { params: { conversationId }, query })).ok(200);
    const seqs = page.items.map((item) => item.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => (order === 'asc' ? a - b : b - a)));
    expect([page.oldestSeq, page.newestSeq]).toEqual(seqs.length === 0 ? [null, null] : [Math.min(...seqs), Math.max(...seqs)]);
    all.push(...seqs);
    const next = bound === 'after' ? page.newestSeq : page.oldestSeq;
    if (next === null || !(bound === 'after' ? page.hasNewer : page.hasOlder)) return all.sort((a, b) => a - b);
    edge = next;
  }
}

async function replies(reader: Person, conversationId: string, limit: number): Promise<number[]> {
  const all: number[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit, ...(cursor === null ? {} : { cursor }) };
    const page = (await api(reader).call('message.replies', { params: { conversationId, seq: 3 }, query })).ok(200);
    all.push(...page.items.map((item) => item.seq));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}
