import { randomUUID } from 'node:crypto';
import type { Message } from '#contracts/messages/schemas.js';
import { api } from '../../support/api.js';
import { itemAt } from '../../support/present.js';
import { say, scene } from '../../support/scene.js';
import { until } from '../../support/until.js';
import { type Cases, hiddenFromStrangers, isRefused, needsToken, refuses } from './case.js';

export const messageRouteCases = {
  'message.send': {
    anonymous: needsToken('message.send'),
    stranger: async () => {
      const { stranger, owner, conversationId } = await scene();
      await isRefused(stranger, 'message.send', { params: { conversationId }, body: { text: 'let me in' } }, 'conversation.notFound');
      expect((await api(owner).call('conversation.get', { params: { conversationId } })).ok(200).seq).toBe(1);
    },
    invalid: refuses(
      'message.send',
      { body: {} },
      { body: { text: '' } },
      { body: { text: 'nul \0 inside' } },
      { text: '{"text":"lone \\ud800 surrogate"}' },
      { body: { text: 'x', clientId: '123' } },
      { body: { text: 'x', replyTo: 0 } },
      { body: { text: 'x', mentions: ['ada'] } },
      { body: { text: 'x', seq: 5 } },
      { params: { conversationId: 'x' }, body: { text: 'x' } },
    ),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const clientId = randomUUID();
      const text = 'Grüße, 世界 👩‍👩‍👧 \n\t<b>&amp;</b> \u202Ertl';
      const body = { clientId, text, replyTo: 1, mentions: [owner.userId], metadata: { k: [1, 'a', null, { b: true }] } };
      const sent = (await api(member).call('message.send', { params: { conversationId }, body })).ok(201);
      expect(sent).toMatchObject({
        ...body,
        conversationId,
        seq: 2,
        senderId: member.userId,
        reactions: [],
        pinnedAt: null,
        editedAt: null,
        deletedAt: null,
      });
      expect((await api(owner).call('message.get', { params: { conversationId, seq: 2 } })).ok(200)).toEqual(sent);
      await isRefused(
        member,
        'message.send',
        { params: { conversationId }, body: { text: 'reply to nothing', replyTo: 99 } },
        'message.notFound',
      );
      await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'é'.repeat(4097) } }, 'payload.tooLarge');
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const input = { params: { conversationId }, body: { clientId: randomUUID(), text: 'once' } };
      const first = await api(member).call('message.send', input);
      const again = await api(member).call('message.send', input);
      expect(again.ok(200)).toEqual(first.ok(201));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      await isRefused(member, 'message.send', { ...input, body: { ...input.body, text: 'other' } }, 'message.clientIdConflict');
      const headers = { 'idempotency-key': randomUUID() };
      const byHeader = (await api(member).raw('message.send', { params: { conversationId }, body: { text: 'key' }, headers })).ok(201);
      expect((await api(member).raw('message.send', { params: { conversationId }, body: { text: 'key' }, headers })).ok(200)).toEqual(
        byHeader,
      );
    },
  },
  'message.sendBatch': {
    anonymous: needsToken('message.sendBatch'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(
        stranger,
        'message.sendBatch',
        { params: { conversationId }, body: { messages: [{ text: 'x' }] } },
        'conversation.notFound',
      );
    },
    invalid: async () => {
      await refuses('message.sendBatch', { body: { messages: [] } }, { body: { messages: [{ text: 'x' }, { text: '' }] } })();
      const { member, conversationId } = await scene();
      const body = { messages: Array.from({ length: 501 }, () => ({ text: 'x' })) };
      await isRefused(member, 'message.sendBatch', { params: { conversationId }, body }, 'payload.tooLarge');
    },
    happy: async () => {
      const { member, conversationId } = await scene();
      const messages = Array.from({ length: 500 }, (_, index) => ({ clientId: randomUUID(), text: `batch ${index}` }));
      const { items } = (await api(member).call('message.sendBatch', { params: { conversationId }, body: { messages } })).ok(201);
      expect(items.map((item) => [item.seq, item.text])).toEqual(messages.map((message, index) => [index + 2, message.text]));
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const messages = [1, 2, 3].map((n) => ({ clientId: randomUUID(), text: `again ${n}` }));
      const first = (await api(member).call('message.sendBatch', { params: { conversationId }, body: { messages } })).ok(201);
      expect((await api(member).call('message.sendBatch', { params: { conversationId }, body: { messages } })).ok(201)).toEqual(first);
    },
  },
  'message.history': {
    anonymous: needsToken('message.history'),
    stranger: hiddenFromStrangers('message.history', ({ conversationId }) => ({ conversationId })),
    invalid: refuses(
      'message.history',
      { query: { before: 5, after: 1 } },
      { query: { before: 0 } },
      { query: { after: '1.0' } },
      { query: { limit: '' } },
      { query: { order: 'up' } },
      { query: { from: 'yesterday' } },
      { query: { after: 99999999999 } },
    ),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      await api(owner).call('message.sendBatch', {
        params: { conversationId },
        body: { messages: Array.from({ length: 19 }, (_, index) => ({ text: `line ${index + 2}` })) },
      });
      const page = async (query: object) => (await api(member).raw('message.history', { params: { conversationId }, query })).ok(200);
      const seqs = async (query: object) => (await page(query)).items.map((item) => item.seq);
      expect(await page({ limit: 3 })).toMatchObject({ oldestSeq: 18, newestSeq: 20, hasOlder: true, hasNewer: false });
      expect(await seqs({ limit: 3 })).toEqual([18, 19, 20]);
      expect(await seqs({ limit: 3, order: 'desc' })).toEqual([20, 19, 18]);
      expect(await seqs({ before: 18, limit: 3 })).toEqual([15, 16, 17]);
      expect(await seqs({ after: 0, limit: 2 })).toEqual([1, 2]);
      expect(await seqs({ around: 10, limit: 3 })).toEqual([9, 10, 11]);
      expect(await page({ after: 20 })).toEqual({ items: [], oldestSeq: null, newestSeq: null, hasOlder: true, hasNewer: false });
      expect(await seqs({ text: 'LINE 7' })).toEqual([7]);
      expect(await seqs({ sender: member.userId })).toEqual([]);
      expect(await page({ sender: owner.userId, limit: 200 })).toMatchObject({ oldestSeq: 1, newestSeq: 20, hasOlder: false });
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      const read = async () => (await api(member).call('message.history', { params: { conversationId } })).ok(200);
      expect(await read()).toEqual(await read());
      const receipts = (await api(owner).call('message.receipts', { params: { conversationId, seq: 1 } })).ok(200);
      expect(receipts.delivered.map((receipt) => receipt.userId)).toEqual([member.userId]);
    },
  },
  'message.get': {
    anonymous: needsToken('message.get'),
    stranger: hiddenFromStrangers('message.get', ({ conversationId }) => ({ conversationId, seq: 1 })),
    invalid: refuses(
      'message.get',
      ...[0, -1, '1e0', '01x', 1.5, 2147483648].map((seq) => ({ params: { conversationId: randomUUID(), seq } })),
    ),
    happy: async () => {
      const { member, conversationId, message } = await scene();
      expect((await api(member).call('message.get', { params: { conversationId, seq: 1 } })).ok(200)).toEqual(message);
      await isRefused(member, 'message.get', { params: { conversationId, seq: 2 } }, 'message.notFound');
    },
    repeated: async () => {
      const { member, owner, conversationId } = await scene();
      const params = { conversationId, seq: 1 };
      expect((await api(member).call('message.get', { params })).ok(200)).toEqual(
        (await api(owner).call('message.get', { params })).ok(200),
      );
    },
  },
  'message.replies': {
    anonymous: needsToken('message.replies'),
    stranger: hiddenFromStrangers('message.replies', ({ conversationId }) => ({ conversationId, seq: 1 })),
    invalid: refuses('message.replies', { query: { limit: 0 } }, { query: { before: 1 } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const replies = [
        await say(member, conversationId, 'first reply', { replyTo: 1 }),
        await say(owner, conversationId, 'second reply', { replyTo: 1 }),
      ];
      await say(member, conversationId, 'no reply');
      const params = { conversationId, seq: 1 };
      expect((await api(member).call('message.replies', { params })).ok(200)).toEqual({ items: replies, nextCursor: null });
      const page = (await api(member).call('message.replies', { params, query: { limit: 1 } })).ok(200);
      const query = { limit: 1, cursor: String(page.nextCursor) };
      await isRefused(member, 'message.replies', { params, query: { cursor: 'garbage' } }, 'validation.failed');
      expect((await api(member).call('message.replies', { params, query })).ok(200).items).toEqual([itemAt(replies, 1)]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const read = async () => (await api(member).call('message.replies', { params: { conversationId, seq: 1 } })).ok(200);
      expect(await read()).toEqual({ items: [], nextCursor: null });
      expect(await read()).toEqual(await read());
      await isRefused(member, 'message.replies', { params: { conversationId, seq: 7 } }, 'message.notFound');
    },
  },
  'message.search': {
    anonymous: needsToken('message.search'),
    stranger: async () => {
      const { owner, stranger, conversationId } = await scene();
      const word = `needle${randomUUID().slice(0, 8)}`;
      await say(owner, conversationId, `a ${word} here`);
      expect((await api(stranger).call('message.search', { query: { q: word } })).ok(200)).toEqual({ items: [], nextCursor: null });
      await isRefused(stranger, 'message.search', { query: { q: word, conversationId } }, 'conversation.notFound');
    },
    invalid: refuses(
      'message.search',
      { query: {} },
      { query: { q: '' } },
      { query: { q: 'x', conversationId: 'y' } },
      { query: { q: 'x', limit: 0 } },
      { query: { q: '-x' } },
      { query: { q: 'x', order: 'oldest' } },
    ),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const word = `needle${randomUUID().slice(0, 8)}`;
      const found = [await say(owner, conversationId, `one ${word}`), await say(member, conversationId, `two ${word.toUpperCase()} more`)];
      const search = async () => (await api(member).call('message.search', { query: { q: word } })).ok(200).items;
      // Search covers persisted messages only, so it follows history, sync, lists and counts with a delay.
      await until('both messages are found', async () => (await search()).length === 2);
      const marked = (message: Message) => ({ ...message, highlights: [{ offset: 4, length: word.length }] });
      expect(await search()).toEqual([...found].reverse().map(marked));
      expect(
        (await api(member).call('message.search', { query: { q: word, sender: owner.userId, conversationId } })).ok(200).items,
      ).toEqual([marked(itemAt(found, 0))]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const read = async () => (await api(member).call('message.search', { query: { q: 'first message', conversationId } })).ok(200);
      await until('the message is found', async () => (await read()).items.length === 1);
      expect(await read()).toEqual(await read());
    },
  },
} as const satisfies Record<`message.${string}`, Cases>;
