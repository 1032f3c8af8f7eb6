import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guests, uniqueName } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { say, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { type Cases, instead } from './case.js';
import { needsHandshake, refusesPayload, hiddenFromStrangers } from './command-case.js';

const openChannel = () => scene({ type: 'channel', visibility: 'public' });

export const conversationCommandCases = {
  'conversation.create': {
    anonymous: needsHandshake('conversation.create', { type: 'group' }),
    stranger: instead('any user may create conversations; only the named users are members', async () => {
      const people = await guests(2);
      const made = await (await connect(itemAt(people, 0))).ok('conversation.create', { type: 'group' });
      await (await connect(itemAt(people, 1))).fails('conversation.get', { conversationId: made.id }, 'conversation.notFound');
    }),
    invalid: refusesPayload('conversation.create', {}, { type: 'direct' }, { type: 'group', title: '' }),
    happy: async () => {
      const people = await guests(2);
      const [owner, other] = [await connect(itemAt(people, 0)), itemAt(people, 1)];
      const made = await owner.ok('conversation.create', { type: 'group', title: 'Made', memberIds: [other.userId] });
      expect(made).toMatchObject({ type: 'group', title: 'Made', memberCount: 2, me: { role: 'owner' } });
      await owner.fails('conversation.create', { type: 'group', memberIds: [randomUUID()] }, 'user.notFound');
    },
    repeated: async () => {
      const people = await guests(2);
      const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
      const first = await (await connect(one)).ok('conversation.create', { type: 'direct', memberIds: [two.userId] });
      expect((await (await connect(two)).ok('conversation.create', { type: 'direct', memberIds: [one.userId] })).id).toBe(first.id);
    },
  },
  'conversation.list': {
    anonymous: needsHandshake('conversation.list'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      const { items } = await (await connect(stranger)).ok('conversation.list', {});
      expect(items.map((item) => item.id)).not.toContain(conversationId);
    },
    invalid: refusesPayload('conversation.list', { limit: 0 }, { limit: '5' }),
    happy: async () => {
      const { member, conversationId, message } = await scene();
      const { items } = await (await connect(member)).ok('conversation.list', { limit: 1 });
      expect(items).toMatchObject([{ id: conversationId, lastMessage: message, unreadCount: 1 }]);
    },
    repeated: async () => {
      const { member } = await scene();
      const socket = await connect(member);
      const listed = await socket.ok('conversation.list', { limit: 1 });
      expect(await socket.ok('conversation.list', { limit: 1 })).toEqual(listed);
      expect((await api(member).call('conversation.list', { query: { limit: 1 } })).ok(200).items).toEqual(listed.items);
    },
  },
  'conversation.get': {
    anonymous: needsHandshake('conversation.get'),
    stranger: hiddenFromStrangers('conversation.get', () => ({})),
    invalid: refusesPayload('conversation.get', {}, { conversationId: 'lobby' }),
    happy: async () => {
      const { member, conversationId } = await scene();
      const got = await (await connect(member)).ok('conversation.get', { conversationId });
      expect((await api(member).call('conversation.get', { params: { conversationId } })).ok(200)).toEqual(got);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      expect(await socket.ok('conversation.get', { conversationId })).toEqual(await socket.ok('conversation.get', { conversationId }));
    },
  },
  'conversation.join': {
    anonymous: needsHandshake('conversation.join'),
    stranger: hiddenFromStrangers('conversation.join', () => ({})),
    invalid: refusesPayload('conversation.join', {}, { conversationId: 3 }),
    happy: async () => {
      const { owner, stranger, conversationId } = await openChannel();
      const socket = await connect(stranger);
      expect(await socket.ok('conversation.join', { conversationId })).toMatchObject({ id: conversationId, me: { role: 'member' } });
      const message = await say(owner, conversationId, 'welcome');
      await socket.waitFor('message.created', (payload) => payload.id === message.id);
    },
    repeated: async () => {
      const { stranger, conversationId } = await openChannel();
      const socket = await connect(stranger);
      await socket.ok('conversation.join', { conversationId });
      await socket.fails('conversation.join', { conversationId }, 'member.alreadyMember');
    },
  },
  'conversation.leave': {
    anonymous: needsHandshake('conversation.leave'),
    stranger: hiddenFromStrangers('conversation.leave', () => ({})),
    invalid: refusesPayload('conversation.leave', {}),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const socket = await connect(member);
      expect(await socket.ok('conversation.leave', { conversationId })).toEqual({});
      const message = await say(owner, conversationId, 'after the leave');
      await socket.barrier();
      expect(socket.of('message.created').map((payload) => payload.id)).not.toContain(message.id);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      await socket.ok('conversation.leave', { conversationId });
      await socket.fails('conversation.leave', { conversationId }, 'conversation.notFound');
    },
  },
  'conversation.members': {
    anonymous: needsHandshake('conversation.members'),
    stranger: hiddenFromStrangers('conversation.members', () => ({})),
    invalid: refusesPayload('conversation.members', { conversationId: randomUUID(), limit: 500 }, {}),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const { items } = await (await connect(member)).ok('conversation.members', { conversationId });
      expect(items.map((item) => item.userId).sort()).toEqual([owner.userId, member.userId].sort());
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const socket = await connect(member);
      expect(await socket.ok('conversation.members', { conversationId })).toEqual(
        await socket.ok('conversation.members', { conversationId }),
      );
    },
  },
  'conversation.listPublic': {
    anonymous: needsHandshake('conversation.listPublic'),
    stranger: async () => {
      const name = uniqueName('dir');
      const { stranger, conversationId } = await scene({ type: 'channel', visibility: 'public', name });
      expect((await (await connect(stranger)).ok('conversation.listPublic', { query: name })).items).toMatchObject([
        { id: conversationId, me: null },
      ]);
    },
    invalid: refusesPayload('conversation.listPublic', { limit: 201 }, { query: '' }),
    happy: async () => {
      const { member } = await scene();
      const { items } = await (await connect(member)).ok('conversation.listPublic', { query: 'lobby' });
      expect(items.map((item) => item.name)).toContain('lobby');
    },
    repeated: async () => {
      const socket = await connect((await scene()).member);
      const names = async () => (await socket.ok('conversation.listPublic', { query: 'lobby' })).items.map((item) => item.name);
      expect(await names()).toEqual(await names());
    },
  },
  'conversation.sync': {
    anonymous: needsHandshake('conversation.sync', { conversations: [] }),
    stranger: async () => {
      const { stranger, conversation } = await scene();
      const socket = await connect(stranger);
      const result = await socket.ok('conversation.sync', { conversations: [{ id: conversation.id, epoch: conversation.epoch, rev: 0 }] });
      expect(result).toMatchObject({ conversations: [], left: [conversation.id] });
    },
    invalid: refusesPayload(
      'conversation.sync',
      {},
      { conversations: [{ id: randomUUID(), epoch: '', rev: 0 }] },
      { conversations: [], limit: 0 },
    ),
    happy: async () => {
      const { member, conversation, message } = await scene();
      const socket = await connect(member);
      const { conversations } = await socket.ok('conversation.sync', {
        conversations: [{ id: conversation.id, epoch: conversation.epoch, rev: conversation.rev }],
      });
      expect(conversations).toMatchObject([{ status: 'complete', messages: [message], rev: message.rev }]);
    },
    repeated: async () => {
      const { member, conversation } = await scene();
      const socket = await connect(member);
      const input = { conversations: [{ id: conversation.id, epoch: conversation.epoch, rev: 0 }] };
      const first = await socket.ok('conversation.sync', input);
      expect((await socket.ok('conversation.sync', input)).conversations).toEqual(first.conversations);
    },
  },
} as const satisfies Record<`conversation.${string}`, Cases>;
