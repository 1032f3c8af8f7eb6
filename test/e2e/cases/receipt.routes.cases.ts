import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guest } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { say, scene } from '../../support/scene.js';
import { type Cases, hiddenFromStrangers, isRefused, needsToken, refuses } from './case.js';

export const receiptRouteCases = {
  'message.receipts': {
    anonymous: needsToken('message.receipts'),
    stranger: async () => {
      await hiddenFromStrangers('message.receipts', ({ conversationId }) => ({ conversationId, seq: 1 }))();
      const { member, conversationId } = await scene();
      await isRefused(member, 'message.receipts', { params: { conversationId, seq: 1 } }, 'forbidden');
    },
    invalid: refuses('message.receipts', { params: { conversationId: randomUUID(), seq: 'one' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      await say(owner, conversationId, 'second');
      const before = new Date().toISOString();
      (await api(member).call('receipt.put', { params: { conversationId }, body: { readSeq: 1, deliveredSeq: 2 } })).ok(200);
      const read = async (seq: number) => (await api(owner).call('message.receipts', { params: { conversationId, seq } })).ok(200);
      const one = await read(1);
      expect(one.delivered.map((receipt) => receipt.userId)).toEqual([member.userId]);
      expect(one.read.map((receipt) => receipt.userId)).toEqual([member.userId]);
      expect(itemAt(one.read, 0).at >= before && itemAt(one.read, 0).at <= new Date().toISOString()).toBe(true);
      expect(await read(2)).toMatchObject({ seq: 2, delivered: [{ userId: member.userId }], read: [] });
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      const read = async () => (await api(owner).call('message.receipts', { params: { conversationId, seq: 1 } })).ok(200);
      expect(await read()).toEqual({ seq: 1, delivered: [], read: [] });
      (await api(member).call('receipt.put', { params: { conversationId }, body: { readSeq: 1 } })).ok(200);
      const first = await read();
      (await api(member).call('receipt.put', { params: { conversationId }, body: { readSeq: 1 } })).ok(200);
      expect(await read()).toEqual(first);
    },
  },
  'receipt.put': {
    anonymous: needsToken('receipt.put'),
    stranger: hiddenFromStrangers('receipt.put', ({ conversationId }) => ({ conversationId }), { readSeq: 1 }),
    invalid: refuses('receipt.put', { body: {} }, { body: { readSeq: -1 } }, { body: { readSeq: 1.5 } }, { body: { readSeq: '1' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      for (const text of ['two', 'three']) await say(owner, conversationId, text);
      const put = async (body: { readSeq?: number; deliveredSeq?: number }) =>
        (await api(member).call('receipt.put', { params: { conversationId }, body })).ok(200);
      expect(await put({ deliveredSeq: 2 })).toEqual({ deliveredSeq: 2, readSeq: 0, unreadCount: 3 });
      expect(await put({ readSeq: 2 })).toEqual({ deliveredSeq: 2, readSeq: 2, unreadCount: 1 });
      expect(await put({ readSeq: 99 })).toEqual({ deliveredSeq: 3, readSeq: 3, unreadCount: 0 });
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const put = async (readSeq: number) =>
        (await api(member).call('receipt.put', { params: { conversationId }, body: { readSeq } })).ok(200);
      const state = { deliveredSeq: 1, readSeq: 1, unreadCount: 0 };
      expect(await put(1)).toEqual(state);
      expect(await put(1)).toEqual(state);
      expect(await put(0)).toEqual(state);
    },
  },
  'sync.post': {
    anonymous: needsToken('sync.post'),
    stranger: async () => {
      const { stranger, conversation, conversationId } = await scene();
      const body = { conversations: [{ id: conversationId, epoch: conversation.epoch, rev: 0 }] };
      const result = (await api(stranger).call('sync.post', { body })).ok(200);
      expect(result.left).toEqual([conversationId]);
      expect(result.conversations).toEqual([]);
    },
    invalid: refuses(
      'sync.post',
      { body: { conversations: [{ id: randomUUID(), epoch: 'e', rev: -1 }] } },
      { body: { conversations: [{ id: randomUUID(), rev: 1 }] } },
      { body: { conversations: [], limit: 201 } },
      { body: {} },
    ),
    happy: async () => {
      const { owner, member, conversation, conversationId, message } = await scene();
      const body = { conversations: [{ id: conversationId, epoch: conversation.epoch, rev: conversation.rev }] };
      const one = itemAt((await api(member).call('sync.post', { body })).ok(200).conversations, 0);
      expect(one).toMatchObject({ id: conversationId, status: 'complete', rev: message.rev, messages: [message], members: [] });
      const other = { conversations: [{ id: conversationId, epoch: 'another-life', rev: 1 }] };
      expect((await api(member).call('sync.post', { body: other })).ok(200).conversations).toMatchObject([
        { status: 'reset', messages: [], members: [] },
      ]);
      const { joined } = (await api(owner).call('sync.post', { body: { conversations: [] } })).ok(200);
      expect(joined.map((item) => item.id)).toContain(conversationId);
      await isRefused(await guest(), 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
    },
    repeated: async () => {
      const { owner, member, conversation, conversationId } = await scene();
      for (const text of ['two', 'three', 'four']) await say(owner, conversationId, text);
      const page = async (rev: number) =>
        itemAt(
          (
            await api(member).call('sync.post', {
              body: { limit: 2, conversations: [{ id: conversationId, epoch: conversation.epoch, rev }] },
            })
          ).ok(200).conversations,
          0,
        );
      const first = await page(conversation.rev);
      expect(await page(conversation.rev)).toEqual(first);
      expect(first.status).toBe('more');
      const second = await page(first.rev);
      expect([...first.messages, ...second.messages].map((item) => item.seq)).toEqual([1, 2, 3, 4]);
      expect(second.status).toBe('complete');
      expect((await page(second.rev)).messages).toEqual([]);
    },
  },
} as const satisfies Record<string, Cases>;
