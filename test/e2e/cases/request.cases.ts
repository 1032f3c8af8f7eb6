import { api } from '../../support/api.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { type Cases, instead, isRefused, needsToken, refuses } from './case.js';
import { needsHandshake, refusesPayload } from './command-case.js';
import { eventCases } from './event-case.js';

/** A user who lets no user add them, with one request from the owner of a group. */
async function requested() {
  const people = await guests(3);
  const [owner, me, other] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  (await api(me).call('settings.patch', { body: { whoMayAdd: 'nobody' } })).ok(200);
  const { id: conversationId } = await makeConversation(owner, [me], { title: 'Please join' });
  return { owner, me, other, conversationId, params: { conversationId } };
}

const listed = async (person: Person) => (await api(person).call('request.list')).ok(200).items.map((item) => item.conversationId);

export const requestRouteCases = {
  'request.list': {
    anonymous: needsToken('request.list'),
    stranger: instead('each user lists their own requests only', async () => {
      const { owner, other } = await requested();
      expect([...(await listed(owner)), ...(await listed(other))]).toEqual([]);
    }),
    invalid: refuses('request.list', { query: { limit: 0 } }, { query: { cursor: 'not a cursor of ours' } }),
    happy: async () => {
      const { owner, me, conversationId } = await requested();
      const second = await makeConversation(owner, [me]);
      const first = (await api(me).call('request.list', { query: { limit: 1 } })).ok(200);
      expect(first.items).toMatchObject([{ conversationId: second.id, requestedBy: owner.userId, role: 'member', type: 'group' }]);
      const rest = (await api(me).call('request.list', { query: { limit: 1, cursor: String(first.nextCursor) } })).ok(200);
      expect(rest).toMatchObject({ items: [{ conversationId, title: 'Please join' }], nextCursor: null });
    },
    repeated: async () => {
      const { me, conversationId } = await requested();
      for (const _ of [1, 2]) expect(await listed(me)).toEqual([conversationId]);
    },
  },
  'request.accept': {
    anonymous: needsToken('request.accept'),
    stranger: async () => {
      const { other, params } = await requested();
      await isRefused(other, 'request.accept', { params }, 'request.notFound');
    },
    invalid: refuses('request.accept', { params: { conversationId: 'x' } }),
    happy: async () => {
      const { me, conversationId, params } = await requested();
      expect((await api(me).call('request.accept', { params })).ok(200)).toMatchObject({ id: conversationId, me: { role: 'member' } });
      expect(await listed(me)).toEqual([]);
    },
    repeated: async () => {
      const { me, params } = await requested();
      (await api(me).call('request.accept', { params })).ok(200);
      await isRefused(me, 'request.accept', { params }, 'request.notFound');
    },
  },
  'request.decline': {
    anonymous: needsToken('request.decline'),
    stranger: async () => {
      const { other, params } = await requested();
      await isRefused(other, 'request.decline', { params }, 'request.notFound');
    },
    invalid: refuses('request.decline', { params: { conversationId: 'x' } }),
    happy: async () => {
      const { me, params } = await requested();
      (await api(me).call('request.decline', { params })).ok(204);
      expect(await listed(me)).toEqual([]);
      await isRefused(me, 'conversation.get', { params }, 'conversation.notFound');
    },
    repeated: async () => {
      const { me, params } = await requested();
      (await api(me).call('request.decline', { params })).ok(204);
      await isRefused(me, 'request.decline', { params }, 'request.notFound');
    },
  },
} as const satisfies Record<string, Cases>;

export const requestCommandCases = {
  'request.list': {
    anonymous: needsHandshake('request.list'),
    stranger: instead('each user lists their own requests only', async () => {
      const { other } = await requested();
      expect((await (await connect(other)).ok('request.list', {})).items).toEqual([]);
    }),
    invalid: refusesPayload('request.list', { limit: 0 }),
    happy: async () => {
      const { owner, me, conversationId } = await requested();
      const { items } = await (await connect(me)).ok('request.list', { limit: 5 });
      expect(items).toMatchObject([{ conversationId, requestedBy: owner.userId }]);
    },
    repeated: async () => {
      const socket = await connect((await requested()).me);
      expect(await socket.ok('request.list', {})).toEqual(await socket.ok('request.list', {}));
    },
  },
  'request.accept': {
    anonymous: needsHandshake('request.accept'),
    stranger: async () => {
      const { other, conversationId } = await requested();
      await (await connect(other)).fails('request.accept', { conversationId }, 'request.notFound');
    },
    invalid: refusesPayload('request.accept', {}, { conversationId: 'x' }),
    happy: async () => {
      const { me, conversationId } = await requested();
      const socket = await connect(me);
      expect((await socket.ok('request.accept', { conversationId })).id).toBe(conversationId);
      await socket.waitFor('conversation.added', (payload) => payload.id === conversationId);
    },
    repeated: async () => {
      const { me, conversationId } = await requested();
      const socket = await connect(me);
      await socket.ok('request.accept', { conversationId });
      await socket.fails('request.accept', { conversationId }, 'request.notFound');
    },
  },
  'request.decline': {
    anonymous: needsHandshake('request.decline'),
    stranger: async () => {
      const { other, conversationId } = await requested();
      await (await connect(other)).fails('request.decline', { conversationId }, 'request.notFound');
    },
    invalid: refusesPayload('request.decline', {}, { conversationId: 'x' }),
    happy: async () => {
      const { me, conversationId } = await requested();
      expect(await (await connect(me)).ok('request.decline', { conversationId })).toEqual({});
    },
    repeated: async () => {
      const { me, conversationId } = await requested();
      const socket = await connect(me);
      await socket.ok('request.decline', { conversationId });
      await socket.fails('request.decline', { conversationId }, 'request.notFound');
    },
  },
} as const satisfies Record<string, Cases>;

export const requestEventCases = {
  'conversation.inviteRequested': eventCases({
    event: 'conversation.inviteRequested',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, me, other } = await requested();
      const group = await makeConversation(owner);
      const params = { conversationId: group.id };
      return {
        receivers: [me],
        bystanders: [other],
        cause: async () => void (await api(owner).call('member.add', { params, body: { userIds: [me.userId] } })).ok(200),
        causeInvalid: async () =>
          void (await api(owner).raw('member.add', { params, body: { userIds: [me.userId, 'x'] } })).problem('validation.failed'),
        fits: (payload) => payload.conversationId === group.id,
      };
    },
  }),
  'conversation.inviteClosed': eventCases({
    event: 'conversation.inviteClosed',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, me, other, conversationId, params } = await requested();
      return {
        receivers: [me],
        bystanders: [owner, other],
        cause: async () => void (await api(me).call('request.decline', { params })),
        causeInvalid: async () => void (await api(other).call('request.decline', { params })).problem('request.notFound'),
        fits: (payload) => payload.conversationId === conversationId,
      };
    },
  }),
} as const satisfies Record<string, Cases>;
