import { randomUUID } from 'node:crypto';
import { guest, guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { type Cases, instead } from './case.js';
import { needsHandshake, refusesPayload, hiddenFromStrangers } from './command-case.js';

/** Users who share a private group. */
async function contacts(count: number): Promise<Person[]> {
  const people = await guests(count);
  await makeConversation(itemAt(people, 0), people.slice(1));
  return people;
}

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

export const presenceCommandCases = {
  'typing.start': {
    anonymous: needsHandshake('typing.start'),
    stranger: hiddenFromStrangers('typing.start', () => ({})),
    invalid: refusesPayload('typing.start', {}, { conversationId: 'x' }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const [typist, reader] = [await connect(owner), await connect(member)];
      expect(await typist.ok('typing.start', { conversationId })).toEqual({});
      await reader.waitFor('typing.started', (payload) => payload.userId === owner.userId);
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const typist = await connect(owner);
      expect(await typist.ok('typing.start', { conversationId })).toEqual(await typist.ok('typing.start', { conversationId }));
    },
  },
  'typing.stop': {
    anonymous: needsHandshake('typing.stop'),
    stranger: hiddenFromStrangers('typing.stop', () => ({})),
    invalid: refusesPayload('typing.stop', {}, { conversationId: 1 }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const [typist, reader] = [await connect(owner), await connect(member)];
      await typist.ok('typing.start', { conversationId });
      expect(await typist.ok('typing.stop', { conversationId })).toEqual({});
      await reader.waitFor('typing.stopped', (payload) => payload.userId === owner.userId);
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const typist = await connect(owner);
      expect(await typist.ok('typing.stop', { conversationId })).toEqual(await typist.ok('typing.stop', { conversationId }));
    },
  },
  'presence.set': {
    anonymous: needsHandshake('presence.set', { status: 'away' }),
    stranger: instead('every user has a presence and can only set their own', async () => {
      const [me, other] = [await guest(), await guest()];
      const [mine, others] = [await connect(me), await connect(other)];
      expect((await mine.ok('presence.set', { status: 'away', text: 'lunch' })).userId).toBe(me.userId);
      expect((await others.ok('presence.watch', { userIds: [other.userId] })).items).toMatchObject([{ status: 'online', text: null }]);
    }),
    invalid: refusesPayload('presence.set', { status: 'offline' }, { status: 'away', text: 'x'.repeat(141) }, {}),
    happy: async () => {
      const people = await contacts(2);
      const [me, watcher] = [await connect(itemAt(people, 0)), await connect(itemAt(people, 1))];
      const own = await me.ok('presence.set', { status: 'away', text: 'lunch' });
      expect(own).toMatchObject({ userId: itemAt(people, 0).userId, status: 'away', text: 'lunch' });
      expect((await watcher.ok('presence.watch', { userIds: [own.userId] })).items).toMatchObject([{ status: 'away', text: 'lunch' }]);
    },
    repeated: async () => {
      const me = await connect(await guest());
      const once = await me.ok('presence.set', { status: 'away', text: null });
      expect(await me.ok('presence.set', { status: 'away', text: null })).toMatchObject({ userId: once.userId, status: 'away' });
    },
  },
  'presence.watch': {
    anonymous: needsHandshake('presence.watch', { userIds: ids(1) }),
    stranger: instead('any user may watch; strangers and unknown users are offline', async () => {
      const watcher = await connect(await guest());
      const stranger = await guest();
      await connect(stranger);
      const { items } = await watcher.ok('presence.watch', { userIds: [stranger.userId, ...ids(1)] });
      expect(items).toHaveLength(2);
      expect(items.every((item) => item.status === 'offline' && item.lastSeenAt === null)).toBe(true);
    }),
    invalid: refusesPayload('presence.watch', { userIds: [] }, { userIds: ids(501) }, { userIds: ['x'] }),
    happy: async () => {
      const people = await contacts(2);
      const [watcher, other] = [await connect(itemAt(people, 0)), itemAt(people, 1)];
      expect((await watcher.ok('presence.watch', { userIds: [other.userId] })).items).toMatchObject([
        { userId: other.userId, status: 'offline' },
      ]);
      await connect(other);
      await watcher.waitFor('presence.changed', (payload) => payload.userId === other.userId && payload.status === 'online');
    },
    repeated: async () => {
      const people = await contacts(2);
      const [watcher, other] = [await connect(itemAt(people, 0)), itemAt(people, 1)];
      for (const _ of [1, 2]) await watcher.ok('presence.watch', { userIds: [other.userId] });
      await connect(other);
      await watcher.waitFor('presence.changed', (payload) => payload.status === 'online');
      await watcher.barrier();
      expect(watcher.of('presence.changed').filter((payload) => payload.userId === other.userId)).toHaveLength(1);
    },
  },
  'presence.unwatch': {
    anonymous: needsHandshake('presence.unwatch', { userIds: ids(1) }),
    stranger: instead('a user may stop watching without having watched', async () => {
      expect(await (await connect(await guest())).ok('presence.unwatch', { userIds: ids(3) })).toEqual({});
    }),
    invalid: refusesPayload('presence.unwatch', { userIds: [] }, { userIds: 'all' }),
    happy: async () => {
      const people = await contacts(3);
      const [watcher, one, two] = [await connect(itemAt(people, 0)), itemAt(people, 1), itemAt(people, 2)];
      await watcher.ok('presence.watch', { userIds: [one.userId, two.userId] });
      expect(await watcher.ok('presence.unwatch', { userIds: [one.userId] })).toEqual({});
      await connect(one);
      await connect(two);
      await watcher.waitFor('presence.changed', (payload) => payload.userId === two.userId);
      await watcher.barrier();
      expect(watcher.of('presence.changed').map((payload) => payload.userId)).not.toContain(one.userId);
    },
    repeated: async () => {
      const socket = await connect(await guest());
      const input = { userIds: ids(1) };
      expect(await socket.ok('presence.unwatch', input)).toEqual(await socket.ok('presence.unwatch', input));
    },
  },
  'session.ping': {
    anonymous: needsHandshake('session.ping', { nonce: 'x' }),
    stranger: instead('any connected user may ping', async () => {
      expect((await (await connect(await guest())).ok('session.ping', { nonce: 'stranger' })).nonce).toBe('stranger');
    }),
    invalid: refusesPayload('session.ping', {}, { nonce: 'x'.repeat(1023) }, { nonce: nested(17) }),
    happy: async () => {
      const socket = await connect(await guest());
      const { nonce, serverTime } = await socket.ok('session.ping', { nonce: 'ü 1' });
      expect(nonce).toBe('ü 1');
      for (const value of [0, -1.5, '', true, null, [], [1, [null]], { a: { b: 'c' } }, nested(16)])
        expect((await socket.ok('session.ping', { nonce: value })).nonce).toEqual(value);
      expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(5000);
    },
    repeated: async () => {
      const socket = await connect(await guest());
      const answers = await Promise.all(['a', 'b', 'a'].map((nonce) => socket.ok('session.ping', { nonce })));
      expect(answers.map((answer) => answer.nonce)).toEqual(['a', 'b', 'a']);
    },
  },
} as const satisfies Record<string, Cases>;

/** A list in a list, so many levels deep. */
function nested(depth: number): unknown {
  return depth === 1 ? [] : [nested(depth - 1)];
}
