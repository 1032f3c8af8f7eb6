import type { EventPayload } from '#contracts/events.js';
import type { ClientId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { api } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { account, guest, guests, password, person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, say, scene } from '../../support/scene.js';
import { connect, connectRefused } from '../../support/sockets.js';
import { type Cases, instead, isRefused } from './case.js';
import { eventCases, socketOf } from './event-case.js';

export const sessionEventCases = {
  'session.ready': {
    anonymous: async () => {
      const refused = await connectRefused({});
      expect(refused.code).toBe('auth.required');
      expect(refused.events.names()).toEqual([]);
    },
    stranger: instead('only the socket that connected receives it', async () => {
      const me = await guest();
      const first = await connect(me);
      await connect(me);
      await first.barrier();
      expect(first.of('session.ready')).toHaveLength(1);
    }),
    invalid: async () => {
      const refused = await connectRefused({ accessToken: 'forged' });
      expect(refused.code).toBe('auth.invalidToken');
      expect(refused.events.names()).toEqual([]);
    },
    happy: async () => {
      const people = await guests(2);
      const [me, other] = [itemAt(people, 0), itemAt(people, 1)];
      const conversation = await makeConversation(other, [me]);
      const message = await say(other, conversation.id, 'before');
      const socket = await connect(me);
      const ready = itemAt(socket.of('session.ready'), 0);
      expect(ready).toMatchObject({ sessionId: me.sessionId, userId: me.userId });
      expect(ready.conversations).toContainEqual({ id: conversation.id, epoch: conversation.epoch, seq: 1, rev: message.rev });
      const next = await say(other, conversation.id, 'after ready');
      await socket.waitFor('message.created', (payload) => payload.id === next.id);
    },
    repeated: async () => {
      const me = await guest();
      const sockets = [await connect(me), await connect(me)];
      for (const socket of sockets) {
        await socket.barrier();
        const [ready, another] = socket.of('session.ready');
        expect(another).toBeUndefined();
        // The rooms are already joined, so events of these rooms may come first, and no others.
        const rooms = new Set(ready?.conversations.map(({ id }) => id));
        const before = socket.events.all().slice(0, socket.events.names().indexOf('session.ready'));
        expect(before.filter(({ payload }) => !rooms.has(Reflect.get(Object(payload), 'conversationId')))).toEqual([]);
      }
    },
  },
  'presence.changed': eventCases({
    event: 'presence.changed',
    eventsAfterTwo: 1,
    stage: async () => {
      const people = await guests(3);
      const [me, peer, outsider] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
      await api(peer).call('conversation.create', { body: { type: 'direct', memberIds: [me.userId] } });
      const mine = await connect(me);
      return {
        receivers: [peer],
        bystanders: [outsider],
        fits: (payload) => payload.userId === me.userId && payload.status === 'away',
        cause: async () => {
          await mine.ok('presence.set', { status: 'away', text: 'lunch' });
        },
        causeInvalid: async () => {
          await mine.fails('presence.set', { status: 'offline' }, 'validation.failed');
        },
      };
    },
    check: (payload: EventPayload<'presence.changed'>) => expect(payload.text).toBe('lunch'),
  }),
  notice: {
    ...eventCases({
      event: 'notice',
      eventsAfterTwo: 2,
      stage: async () => {
        const login = await loginOperator();
        const text = `Notice ${Math.random()}`;
        return {
          receivers: await guests(2),
          bystanders: [],
          fits: (payload) => payload.text === text,
          cause: async () => {
            (await api(login).call('admin.notice', { body: { text } })).ok(201);
          },
          causeInvalid: async () => isRefused(login, 'admin.notice', { body: { text, level: 'loud' } }, 'validation.failed'),
        };
      },
      check: (payload: EventPayload<'notice'>) => expect(payload.level).toBe('info'),
    }),
    stranger: instead('every connected user receives it; a disconnected one does not', async () => {
      const left = await connect(await guest());
      left.close();
      await left.closed;
      const login = await loginOperator();
      const witness = await connect(await guest());
      const notice = (await api(login).call('admin.notice', { body: { text: 'after the leave' } })).ok(201);
      await witness.waitFor('notice', (payload) => payload.id === notice.id);
      expect(left.of('notice').map((payload) => payload.id)).not.toContain(notice.id);
    }),
  },
  'command.failed': {
    ...eventCases({
      event: 'command.failed',
      eventsAfterTwo: 2,
      stage: async () => {
        const { member, stranger, conversationId } = await scene();
        const clientId = newId<ClientId>();
        return {
          receivers: [stranger],
          bystanders: [member],
          fits: (payload) => payload.clientId === clientId,
          cause: async (sockets) => {
            socketOf(stranger, sockets).socket.emit('message.send', { conversationId, clientId, text: 'not a member' });
          },
          causeInvalid: async (sockets) => {
            // With an acknowledgement the ack carries the error.
            const input = { conversationId, clientId, text: 'not a member' };
            await socketOf(stranger, sockets).fails('message.send', input, 'conversation.notFound');
          },
        };
      },
      check: (payload: EventPayload<'command.failed'>) =>
        expect(payload).toMatchObject({ command: 'message.send', error: { code: 'conversation.notFound', retryable: false } }),
    }),
  },
  'session.closing': {
    anonymous: instead('a connection that never logged in is closed without an event', async () => {
      const refused = await connectRefused({});
      expect(refused.events.names()).toEqual([]);
    }),
    stranger: async () => {
      const [one, two] = [await guest(), await guest()];
      const [leaving, staying] = [await connect(one), await connect(two)];
      (await api(one).call('auth.logout')).ok(204);
      await leaving.waitFor('session.closing');
      await staying.barrier();
      expect(staying.of('session.closing')).toEqual([]);
    },
    invalid: async () => {
      const [one, two] = [await guest(), await guest()];
      const socket = await connect(one);
      await isRefused(two, 'auth.revokeSession', { params: { sessionId: one.sessionId } }, 'session.notFound');
      await socket.barrier();
      expect(socket.of('session.closing')).toEqual([]);
    },
    happy: async () => {
      const first = await account();
      const second = person((await api().call('auth.login', { body: { username: first.username, password } })).ok(200));
      const [mine, other] = [await connect(first), await connect(second)];
      (await api(first).call('auth.revokeSession', { params: { sessionId: second.sessionId } })).ok(204);
      expect(await other.waitFor('session.closing', undefined, 2000)).toMatchObject({ code: 'revoked', retryAfterMs: null });
      await other.closed;
      await mine.barrier();
      expect(mine.of('session.closing')).toEqual([]);
    },
    repeated: async () => {
      const me = await guest();
      const sockets = [await connect(me), await connect(me)];
      (await api(me).call('auth.logout')).ok(204);
      for (const socket of sockets) {
        await socket.closed;
        expect(socket.of('session.closing')).toHaveLength(1);
      }
    },
  },
} as const satisfies Record<string, Cases>;
