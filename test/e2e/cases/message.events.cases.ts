import { randomUUID } from 'node:crypto';
import type { EventPayload } from '#contracts/events.js';
import { api } from '../../support/api.js';
import { ageMessages, runRetention } from '../../support/retention.js';
import { scene, type Scene } from '../../support/scene.js';
import { type Cases, isRefused } from './case.js';
import { eventCases, socketOf, type Stage } from './event-case.js';

type Acts = Pick<Stage<'message.created'>, 'cause' | 'causeInvalid'>;

/** A private group whose owner and member receive the event, and a stranger does not. */
async function inGroup(
  acts: (setting: Scene) => Acts,
): Promise<
  Scene & Acts & { receivers: Scene['owner'][]; bystanders: Scene['owner'][]; fits(payload: { conversationId: string }): boolean }
> {
  const setting = await scene();
  return {
    ...setting,
    ...acts(setting),
    receivers: [setting.owner, setting.member],
    bystanders: [setting.stranger],
    fits: (payload) => payload.conversationId === setting.conversationId,
  };
}

const first = ({ conversationId }: Scene) => ({ conversationId, seq: 1 });

export const messageEventCases = {
  'message.created': eventCases({
    event: 'message.created',
    eventsAfterTwo: 2,
    stage: () =>
      inGroup(({ owner, stranger, conversationId }) => ({
        cause: async (sockets) => {
          await socketOf(owner, sockets).ok('message.send', { conversationId, clientId: randomUUID(), text: 'live' });
        },
        causeInvalid: async (sockets) => {
          await socketOf(owner, sockets).fails('message.send', { conversationId, clientId: randomUUID(), text: '' }, 'validation.failed');
          await socketOf(stranger, sockets).fails(
            'message.send',
            { conversationId, clientId: randomUUID(), text: 'x' },
            'conversation.notFound',
          );
        },
      })),
    check: (payload: EventPayload<'message.created'>) => expect(payload).toMatchObject({ seq: 2, text: 'live', reactions: [] }),
  }),
  'message.updated': eventCases({
    event: 'message.updated',
    eventsAfterTwo: 2,
    stage: () => {
      let edits = 0;
      return inGroup((setting) => ({
        cause: async () => {
          edits += 1;
          (await api(setting.owner).call('message.edit', { params: first(setting), body: { text: `edit ${edits}` } })).ok(200);
        },
        causeInvalid: async () =>
          isRefused(setting.member, 'message.edit', { params: first(setting), body: { text: 'not mine' } }, 'forbidden'),
      }));
    },
    check: (payload: EventPayload<'message.updated'>) =>
      expect(payload).toMatchObject({ seq: 1, text: 'edit 1', editedAt: expect.any(String) }),
  }),
  'message.deleted': eventCases({
    event: 'message.deleted',
    eventsAfterTwo: 1,
    stage: () =>
      inGroup((setting) => ({
        cause: async () => {
          (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
        },
        causeInvalid: async () => isRefused(setting.member, 'message.delete', { params: first(setting) }, 'forbidden'),
      })),
    check: (payload: EventPayload<'message.deleted'>) =>
      expect(payload).toMatchObject({ seq: 1, text: null, deletedAt: expect.any(String) }),
  }),
  'messages.expired': eventCases({
    event: 'messages.expired',
    eventsAfterTwo: 1,
    stage: () =>
      inGroup((setting) => ({
        cause: async () => {
          await ageMessages(setting.conversationId, 1);
          const { conversationId } = setting;
          const body = { policy: { retentionSeconds: 3600 } };
          (await api(setting.owner).call('conversation.patch', { params: { conversationId }, body })).ok(200);
          await runRetention();
        },
        causeInvalid: async () => {
          const { conversationId } = setting;
          const patch = (retentionSeconds: number) => ({ params: { conversationId }, body: { policy: { retentionSeconds } } });
          await isRefused(setting.owner, 'conversation.patch', patch(59), 'validation.failed');
          await isRefused(setting.member, 'conversation.patch', patch(60), 'forbidden');
          await runRetention();
        },
      })),
    check: (payload: EventPayload<'messages.expired'>) => expect(payload).toMatchObject({ fromSeq: 1, upToSeq: 1 }),
  }),
  'message.saved': eventCases({
    event: 'message.saved',
    eventsAfterTwo: 1,
    stage: async () => {
      const setting = await scene();
      return {
        receivers: [setting.member],
        bystanders: [setting.owner, setting.stranger],
        cause: async () => {
          (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
        },
        causeInvalid: async () => isRefused(setting.stranger, 'message.save', { params: first(setting) }, 'conversation.notFound'),
        fits: (payload) => payload.conversationId === setting.conversationId,
      };
    },
    check: (payload: EventPayload<'message.saved'>) => expect(payload).toMatchObject({ seq: 1, savedAt: expect.any(String) }),
  }),
  'reaction.changed': eventCases({
    event: 'reaction.changed',
    eventsAfterTwo: 1,
    stage: () =>
      inGroup((setting) => ({
        cause: async () => {
          (await api(setting.member).call('reaction.add', { params: { ...first(setting), emoji: '👍' } })).ok(200);
        },
        causeInvalid: async () =>
          isRefused(setting.member, 'reaction.add', { params: { ...first(setting), emoji: 'a b' } }, 'validation.failed'),
      })),
    check: (payload: EventPayload<'reaction.changed'>) => expect(payload).toMatchObject({ seq: 1, emoji: '👍', added: true, count: 1 }),
  }),
  'receipt.advanced': eventCases({
    event: 'receipt.advanced',
    eventsAfterTwo: 1,
    stage: () =>
      inGroup((setting) => ({
        cause: async () => {
          (await api(setting.member).call('receipt.put', { params: { conversationId: setting.conversationId }, body: { readSeq: 1 } })).ok(
            200,
          );
        },
        causeInvalid: async () =>
          isRefused(
            setting.member,
            'receipt.put',
            { params: { conversationId: setting.conversationId }, body: { readSeq: -1 } },
            'validation.failed',
          ),
      })),
    check: (payload: EventPayload<'receipt.advanced'>) => expect(payload).toMatchObject({ readSeq: 1, deliveredSeq: 1 }),
  }),
  'typing.started': typingCases('typing.started', 'typing.start'),
  'typing.stopped': typingCases('typing.stopped', 'typing.stop'),
} as const satisfies Record<string, Cases>;

/** The member receives the event; the typist and a stranger do not. */
function typingCases(event: 'typing.started' | 'typing.stopped', command: 'typing.start' | 'typing.stop'): Cases {
  return eventCases({
    event,
    eventsAfterTwo: command === 'typing.stop' ? 2 : 1,
    stage: async () => {
      const setting = await scene();
      const { owner, member, stranger, conversationId } = setting;
      return {
        receivers: [member],
        bystanders: [owner, stranger],
        fits: (payload) => payload.conversationId === conversationId && payload.userId === owner.userId,
        cause: async (sockets) => {
          const typist = socketOf(owner, sockets);
          await typist.ok('typing.start', { conversationId });
          if (command === 'typing.stop') await typist.ok('typing.stop', { conversationId });
        },
        causeInvalid: async (sockets) => {
          await socketOf(stranger, sockets).fails(command, { conversationId }, 'conversation.notFound');
          await socketOf(owner, sockets).fails(command, { conversationId: 'x' }, 'validation.failed');
        },
      };
    },
  });
}
