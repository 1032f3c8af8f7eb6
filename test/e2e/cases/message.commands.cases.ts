import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { readAll, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import type { Cases } from './case.js';
import { needsHandshake, refusesPayload, hiddenFromStrangers } from './command-case.js';

const ghost = () => ({ conversationId: randomUUID(), seq: 1 });

export const messageCommandCases = {
  'message.send': {
    anonymous: needsHandshake('message.send', { clientId: randomUUID(), text: 'x' }),
    stranger: hiddenFromStrangers('message.send', () => ({ clientId: randomUUID(), text: 'x' })),
    invalid: refusesPayload(
      'message.send',
      { conversationId: randomUUID(), text: 'no client id' },
      { conversationId: randomUUID(), clientId: randomUUID() },
      { conversationId: randomUUID(), clientId: randomUUID(), text: 'nul \0' },
      { conversationId: randomUUID(), clientId: randomUUID(), text: 'x', seq: 1 },
    ),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const socket = await connect(member);
      const input = { conversationId, clientId: randomUUID(), text: 'über Sockets 🎈', replyTo: 1, metadata: { a: 1 } };
      const message = await socket.ok('message.send', input);
      expect(message).toMatchObject({ ...input, seq: 2, senderId: member.userId });
      expect(await readAll(owner, conversationId)).toContainEqual(message);
      await socket.fails('message.send', { ...input, clientId: randomUUID(), text: 'x'.repeat(8193) }, 'payload.tooLarge');
      await socket.fails('message.send', { ...input, clientId: randomUUID(), replyTo: 77 }, 'message.notFound');
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const input = { conversationId, clientId: randomUUID(), text: 'once' };
      const first = await socket.ok('message.send', input);
      expect(await socket.ok('message.send', input)).toEqual(first);
      expect(
        (await api(member).call('message.send', { params: { conversationId }, body: { clientId: input.clientId, text: 'once' } })).ok(200),
      ).toEqual(first);
      await socket.fails('message.send', { ...input, text: 'twice' }, 'message.clientIdConflict');
    },
  },
  'message.edit': {
    anonymous: needsHandshake('message.edit', { seq: 1, text: 'x' }),
    stranger: hiddenFromStrangers('message.edit', () => ({ seq: 1, text: 'x' })),
    invalid: refusesPayload('message.edit', { ...ghost(), text: '' }, { ...ghost(), seq: '1', text: 'x' }, ghost()),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const socket = await connect(owner);
      const edited = await socket.ok('message.edit', { conversationId, seq: 1, text: 'better' });
      expect(edited).toMatchObject({ seq: 1, text: 'better', editedAt: expect.any(String) });
      await (await connect(member)).fails('message.edit', { conversationId, seq: 1, text: 'mine' }, 'forbidden');
      await socket.fails('message.edit', { conversationId, seq: 5, text: 'x' }, 'message.notFound');
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const socket = await connect(owner);
      const input = { conversationId, seq: 1, text: 'better' };
      await socket.ok('message.edit', input);
      expect((await socket.ok('message.edit', input)).text).toBe('better');
      await socket.ok('message.delete', { conversationId, seq: 1 });
      await socket.fails('message.edit', input, 'message.deleted');
    },
  },
  'message.delete': {
    anonymous: needsHandshake('message.delete', { seq: 1 }),
    stranger: hiddenFromStrangers('message.delete', () => ({ seq: 1 })),
    invalid: refusesPayload('message.delete', { ...ghost(), scope: 'us' }, { ...ghost(), seq: 0 }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      await (await connect(member)).fails('message.delete', { conversationId, seq: 1 }, 'forbidden');
      const gone = await (await connect(owner)).ok('message.delete', { conversationId, seq: 1 });
      expect(gone).toMatchObject({ seq: 1, text: null, deletedAt: expect.any(String) });
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const socket = await connect(owner);
      const gone = await socket.ok('message.delete', { conversationId, seq: 1 });
      expect(await socket.ok('message.delete', { conversationId, seq: 1, scope: 'all' })).toEqual(gone);
    },
  },
  'message.save': {
    anonymous: needsHandshake('message.save', { seq: 1 }),
    stranger: hiddenFromStrangers('message.save', () => ({ seq: 1 })),
    invalid: refusesPayload('message.save', { ...ghost(), seq: 0 }, { ...ghost(), savedAt: 'now' }),
    happy: async () => {
      const { member, message, conversationId } = await scene();
      const socket = await connect(member);
      expect(await socket.ok('message.save', { conversationId, seq: 1 })).toEqual({ message, savedAt: expect.any(String) });
      await socket.fails('message.save', { conversationId, seq: 7 }, 'message.notFound');
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const once = await socket.ok('message.save', { conversationId, seq: 1 });
      expect(await socket.ok('message.save', { conversationId, seq: 1 })).toEqual(once);
    },
  },
  'message.unsave': {
    anonymous: needsHandshake('message.unsave', { seq: 1 }),
    stranger: hiddenFromStrangers('message.unsave', () => ({ seq: 1 })),
    invalid: refusesPayload('message.unsave', { ...ghost(), seq: '1' }),
    happy: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      await socket.ok('message.save', { conversationId, seq: 1 });
      expect(await socket.ok('message.unsave', { conversationId, seq: 1 })).toEqual({});
      expect((await api(member).call('saved.list')).ok(200).items).toEqual([]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      for (let count = 0; count < 2; count += 1) expect(await socket.ok('message.unsave', { conversationId, seq: 1 })).toEqual({});
    },
  },
  'reaction.add': {
    anonymous: needsHandshake('reaction.add', { seq: 1, emoji: '👍' }),
    stranger: hiddenFromStrangers('reaction.add', () => ({ seq: 1, emoji: '👍' })),
    invalid: refusesPayload('reaction.add', { ...ghost(), emoji: '' }, { ...ghost(), emoji: 'a b' }, ghost()),
    happy: async () => {
      const { member, conversationId } = await scene();
      const message = await (await connect(member)).ok('reaction.add', { conversationId, seq: 1, emoji: '🎉' });
      expect(message.reactions).toEqual([{ emoji: '🎉', count: 1, me: true }]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const input = { conversationId, seq: 1, emoji: '🎉' };
      expect(await socket.ok('reaction.add', input)).toEqual(await socket.ok('reaction.add', input));
    },
  },
  'reaction.remove': {
    anonymous: needsHandshake('reaction.remove', { seq: 1, emoji: '👍' }),
    stranger: hiddenFromStrangers('reaction.remove', () => ({ seq: 1, emoji: '👍' })),
    invalid: refusesPayload('reaction.remove', { ...ghost(), emoji: 5 }),
    happy: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      await socket.ok('reaction.add', { conversationId, seq: 1, emoji: '🎉' });
      expect((await socket.ok('reaction.remove', { conversationId, seq: 1, emoji: '🎉' })).reactions).toEqual([]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const input = { conversationId, seq: 1, emoji: '🎉' };
      expect(await socket.ok('reaction.remove', input)).toEqual(await socket.ok('reaction.remove', input));
    },
  },
  'receipt.advance': {
    anonymous: needsHandshake('receipt.advance', { readSeq: 1 }),
    stranger: hiddenFromStrangers('receipt.advance', () => ({ readSeq: 1 })),
    invalid: refusesPayload('receipt.advance', { conversationId: randomUUID() }, { conversationId: randomUUID(), readSeq: -1 }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const state = await (await connect(member)).ok('receipt.advance', { conversationId, readSeq: 1 });
      expect(state).toEqual({ deliveredSeq: 1, readSeq: 1, unreadCount: 0 });
      const receipts = (await api(owner).call('message.receipts', { params: { conversationId, seq: 1 } })).ok(200);
      expect(receipts.read.map((one) => one.userId)).toEqual([member.userId]);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const state = await socket.ok('receipt.advance', { conversationId, readSeq: 1 });
      expect(await socket.ok('receipt.advance', { conversationId, readSeq: 0 })).toEqual(state);
    },
  },
  'history.page': {
    anonymous: needsHandshake('history.page'),
    stranger: hiddenFromStrangers('history.page', () => ({})),
    invalid: refusesPayload(
      'history.page',
      { conversationId: randomUUID(), before: 1, after: 1 },
      { conversationId: randomUUID(), limit: 0 },
    ),
    happy: async () => {
      const { owner, member, conversationId, message } = await scene();
      const page = await (await connect(member)).ok('history.page', { conversationId, limit: 1 });
      expect(page).toEqual({ items: [message], oldestSeq: 1, newestSeq: 1, hasOlder: false, hasNewer: false });
      const receipts = (await api(owner).call('message.receipts', { params: { conversationId, seq: 1 } })).ok(200);
      expect(receipts.delivered).toHaveLength(1);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      const page = await socket.ok('history.page', { conversationId });
      expect(await socket.ok('history.page', { conversationId })).toEqual(page);
      expect((await api(member).call('message.history', { params: { conversationId } })).ok(200)).toEqual(page);
    },
  },
} as const satisfies Record<string, Cases>;
