import type { EventPayload } from '#contracts/events.js';
import { api } from '../../support/api.js';
import { scene } from '../../support/scene.js';
import { type Cases, isRefused } from './case.js';
import { eventCases } from './event-case.js';

export const membershipEventCases = {
  'conversation.added': eventCases({
    event: 'conversation.added',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      return {
        receivers: [stranger],
        bystanders: [member],
        fits: (payload) => payload.id === conversationId,
        cause: async () => {
          await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [stranger.userId] } });
        },
        causeInvalid: async () => isRefused(stranger, 'conversation.join', { params: { conversationId } }, 'conversation.notFound'),
      };
    },
    check: (payload: EventPayload<'conversation.added'>) => expect(payload).toMatchObject({ memberCount: 3, me: { role: 'member' } }),
  }),
  'conversation.updated': eventCases({
    event: 'conversation.updated',
    eventsAfterTwo: 2,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      let changes = 0;
      return {
        receivers: [owner, member],
        bystanders: [stranger],
        fits: (payload) => payload.id === conversationId,
        cause: async () => {
          changes += 1;
          (await api(owner).call('conversation.patch', { params: { conversationId }, body: { title: `Title ${changes}` } })).ok(200);
        },
        causeInvalid: async () =>
          isRefused(member, 'conversation.patch', { params: { conversationId }, body: { title: 'No' } }, 'forbidden'),
      };
    },
    check: (payload: EventPayload<'conversation.updated'>) => expect(payload).toMatchObject({ title: 'Title 1', me: null }),
  }),
  'conversation.advanced': eventCases({
    event: 'conversation.advanced',
    eventsAfterTwo: 2,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
      const newcomer = (await scene()).stranger;
      (await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [newcomer.userId] } })).ok(200);
      let edits = 0;
      return {
        receivers: [newcomer],
        bystanders: [member, stranger],
        fits: (payload) => payload.conversationId === conversationId,
        cause: async () => {
          edits += 1;
          const body = { text: `before the newcomer's time ${edits}` };
          (await api(owner).call('message.edit', { params: { conversationId, seq: 1 }, body })).ok(200);
        },
        causeInvalid: async () =>
          isRefused(newcomer, 'message.edit', { params: { conversationId, seq: 1 }, body: { text: 'unseen' } }, 'message.notFound'),
      };
    },
    check: (payload: EventPayload<'conversation.advanced'>) => expect(payload.rev).toBeGreaterThan(2),
  }),
  'conversation.removed': eventCases({
    event: 'conversation.removed',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      return {
        receivers: [member],
        bystanders: [owner, stranger],
        fits: (payload) => payload.id === conversationId,
        cause: async () => {
          await api(owner).call('member.remove', { params: { conversationId, userId: member.userId } });
        },
        causeInvalid: async () =>
          isRefused(stranger, 'member.remove', { params: { conversationId, userId: member.userId } }, 'conversation.notFound'),
      };
    },
    check: (payload: EventPayload<'conversation.removed'>) => expect(payload.reason).toBe('removed'),
  }),
  'member.joined': eventCases({
    event: 'member.joined',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene({ type: 'channel', visibility: 'public' });
      const outsider = (await scene()).stranger;
      return {
        receivers: [owner, member],
        bystanders: [outsider],
        fits: (payload) => payload.conversationId === conversationId && payload.member.userId === stranger.userId,
        cause: async () => {
          await api(stranger).call('conversation.join', { params: { conversationId } });
        },
        causeInvalid: async () => isRefused(member, 'conversation.join', { params: { conversationId } }, 'member.alreadyMember'),
      };
    },
    check: (payload: EventPayload<'member.joined'>) => expect(payload.member).toMatchObject({ role: 'member' }),
  }),
  'member.updated': eventCases({
    event: 'member.updated',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      return {
        receivers: [owner, member],
        bystanders: [stranger],
        fits: (payload) => payload.conversationId === conversationId,
        cause: async () => {
          (await api(owner).call('member.patch', { params, body: { role: 'admin' } })).ok(200);
        },
        causeInvalid: async () => isRefused(owner, 'member.patch', { params, body: { role: 'god' } }, 'validation.failed'),
      };
    },
    check: (payload: EventPayload<'member.updated'>) => expect(payload.member.role).toBe('admin'),
  }),
  'member.left': eventCases({
    event: 'member.left',
    eventsAfterTwo: 1,
    stage: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      return {
        receivers: [owner],
        bystanders: [stranger],
        fits: (payload) => payload.conversationId === conversationId && payload.userId === member.userId,
        cause: async () => {
          await api(member).call('conversation.leave', { params: { conversationId } });
        },
        causeInvalid: async () => isRefused(stranger, 'conversation.leave', { params: { conversationId } }, 'conversation.notFound'),
      };
    },
    check: (payload: EventPayload<'member.left'>) => expect(payload.reason).toBe('left'),
  }),
} as const satisfies Record<string, Cases>;
