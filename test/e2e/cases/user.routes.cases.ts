import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { account, guest, guests, uniqueName } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { type Cases, instead, isRefused, needsToken, refuses, anyUser } from './case.js';

export const userRouteCases = {
  'user.me': {
    anonymous: needsToken('user.me'),
    stranger: instead('every user has a profile, and gets their own', async () => {
      const [one, two] = [await guest(), await guest()];
      expect((await api(one).call('user.me')).ok(200).id).toBe(one.userId);
      expect((await api(two).call('user.me')).ok(200).id).toBe(two.userId);
    }),
    invalid: instead('it takes no input; a truncated token is invalid', async () => {
      const { accessToken } = await anyUser();
      await isRefused({ accessToken: accessToken.slice(0, -2) }, 'user.me', {}, 'auth.invalidToken');
    }),
    happy: async () => {
      const me = await guest('Grace');
      expect((await api(me).call('user.me')).ok(200)).toEqual(me.user);
      expect(me.user.displayName).toBe('Grace');
    },
    repeated: async () => {
      const me = await anyUser();
      expect((await api(me).call('user.me')).ok(200)).toEqual((await api(me).call('user.me')).ok(200));
    },
  },
  'user.patchMe': {
    anonymous: needsToken('user.patchMe'),
    stranger: instead('a user changes only their own profile; other profiles stay', async () => {
      const [one, two] = [await guest('One'), await guest('Two')];
      (await api(one).call('user.patchMe', { body: { displayName: 'Changed' } })).ok(200);
      expect((await api(one).call('user.get', { params: { userId: two.userId } })).ok(200)).toEqual(two.user);
    }),
    invalid: async () => {
      await refuses(
        'user.patchMe',
        { body: { displayName: '' } },
        { body: { avatarUrl: 'javascript:alert(1)' } },
        { body: { username: 'other-name' } },
        { text: '{"metadata":{"__proto__":{"admin":true}}}' },
      )();
      await isRefused(await anyUser(), 'user.patchMe', { body: { metadata: { big: 'x'.repeat(5000) } } }, 'payload.tooLarge');
    },
    happy: async () => {
      const me = await guest();
      const body = {
        displayName: 'Neue Name',
        avatarUrl: 'https://example.org/a.png',
        metadata: { team: 'blue', nested: [1, { deep: null }] },
      };
      const changed = (await api(me).call('user.patchMe', { body })).ok(200);
      expect(changed).toEqual({ ...me.user, ...body });
      expect((await api(await anyUser()).call('user.get', { params: { userId: me.userId } })).ok(200)).toEqual(changed);
      expect((await api(me).call('user.patchMe', { body: { avatarUrl: null } })).ok(200)).toEqual({ ...changed, avatarUrl: null });
    },
    repeated: async () => {
      const me = await guest();
      const body = { displayName: 'Same' };
      const first = (await api(me).call('user.patchMe', { body })).ok(200);
      expect((await api(me).call('user.patchMe', { body })).ok(200)).toEqual(first);
      expect((await api(me).call('user.patchMe', { body: {} })).ok(200)).toEqual(first);
    },
  },
  'user.search': {
    anonymous: needsToken('user.search'),
    stranger: instead('any logged-in user may see profiles, which contain no more than the contract declares', async () => {
      const found = await guest(uniqueName('Findable'));
      const { items } = (await api(await guest()).call('user.search', { query: { query: found.user.displayName } })).ok(200);
      expect(items).toEqual([found.user]);
    }),
    invalid: refuses(
      'user.search',
      { query: { limit: 0 } },
      { query: { limit: 201 } },
      { query: { limit: '1e1' } },
      { query: { cursor: 'not a cursor of ours' } },
      { query: { query: '' } },
    ),
    happy: async () => {
      const token = uniqueName('S').toUpperCase();
      const made = await Promise.all([1, 2, 3].map((n) => guest(`${token}_${n}%`)));
      const caller = api(await anyUser());
      const first = (await caller.call('user.search', { query: { query: `${token.toLowerCase()}_`, limit: 2 } })).ok(200);
      expect(first.items).toHaveLength(2);
      const rest = (
        await caller.call('user.search', { query: { query: `${token.toLowerCase()}_`, limit: 2, cursor: present(first.nextCursor) } })
      ).ok(200);
      expect(rest.nextCursor).toBeNull();
      expect([...first.items, ...rest.items].map((user) => user.id).sort()).toEqual(made.map((one) => one.userId).sort());
      // `%` and `_` are ordinary characters, not wildcards.
      expect((await caller.call('user.search', { query: { query: `${token}%` } })).ok(200).items).toEqual([]);
    },
    repeated: async () => {
      const { username } = await account();
      const caller = api(await anyUser());
      const read = async () => (await caller.call('user.search', { query: { query: username } })).ok(200);
      expect(await read()).toEqual(await read());
      expect((await read()).items.map((user) => user.username)).toEqual([username]);
    },
  },
  'user.online': {
    anonymous: needsToken('user.online'),
    stranger: instead('a user who is no contact is not listed, although both are in the lobby', async () => {
      const [caller, stranger] = [await guest(), await guest()];
      await connect(stranger);
      expect((await api(caller).call('user.online', { query: { limit: 200 } })).ok(200)).toEqual({ items: [], nextCursor: null });
    }),
    invalid: refuses('user.online', { query: { limit: -1 } }, { query: { limit: 'many' } }),
    happy: async () => {
      const [one, two] = await guests(2);
      const [watcher, online] = [present(one), present(two)];
      await makeConversation(watcher, [online]);
      await connect(online);
      const { items } = (await api(watcher).call('user.online', { query: { limit: 200 } })).ok(200);
      expect(items).toContainEqual(expect.objectContaining({ userId: online.userId, status: 'online' }));
    },
    repeated: async () => {
      const me = await guest();
      const [first, second] = [await connect(me), await connect(me)];
      const { items } = (await api(me).call('user.online', { query: { limit: 200 } })).ok(200);
      expect(items.filter((presence) => presence.userId === me.userId).length).toBeLessThanOrEqual(1);
      first.close();
      await second.barrier();
    },
  },
  'user.get': {
    anonymous: needsToken('user.get'),
    stranger: instead('any logged-in user may see profiles; an unknown user is not found', async () => {
      await isRefused(await anyUser(), 'user.get', { params: { userId: randomUUID() } }, 'user.notFound');
    }),
    invalid: refuses('user.get', { params: { userId: 'me2' } }, { params: { userId: '00000000-0000-0000-0000-00000000000g' } }),
    happy: async () => {
      const other = await account();
      expect((await api(await anyUser()).call('user.get', { params: { userId: other.userId } })).ok(200)).toEqual(other.user);
    },
    repeated: async () => {
      const me = await anyUser();
      const params = { userId: me.userId };
      expect((await api(me).call('user.get', { params })).ok(200)).toEqual((await api(me).call('user.get', { params })).ok(200));
    },
  },
  'user.block': {
    anonymous: needsToken('user.block'),
    stranger: instead('any existing user can be blocked', () => blockUnknown('user.block')),
    invalid: refuses('user.block', { params: { userId: '1' } }),
    happy: async () => {
      const [me, pest] = await pair();
      const group = await makeConversation(pest);
      (await api(me).call('user.block', { params: { userId: pest.userId } })).ok(204);
      (await api(pest).call('conversation.create', { body: { type: 'direct', memberIds: [me.userId] } })).problem('forbidden');
      (await api(pest).call('member.add', { params: { conversationId: group.id }, body: { userIds: [me.userId] } })).problem('forbidden');
      await isRefused(me, 'conversation.get', { params: { conversationId: group.id } }, 'conversation.notFound');
    },
    repeated: async () => {
      const [me, pest] = await pair();
      (await api(me).call('user.block', { params: { userId: pest.userId } })).ok(204);
      (await api(me).call('user.block', { params: { userId: pest.userId } })).ok(204);
      (await api(me).call('user.unblock', { params: { userId: pest.userId } })).ok(204);
      (await api(pest).call('conversation.create', { body: { type: 'direct', memberIds: [me.userId] } })).ok(201);
    },
  },
  'user.unblock': {
    anonymous: needsToken('user.unblock'),
    stranger: instead('any existing user can be unblocked', () => blockUnknown('user.unblock')),
    invalid: refuses('user.unblock', { params: { userId: 'x' } }),
    happy: async () => {
      const [me, pest] = await pair();
      const direct = { body: { type: 'direct' as const, memberIds: [me.userId] } };
      (await api(me).call('user.block', { params: { userId: pest.userId } })).ok(204);
      (await api(pest).call('conversation.create', direct)).problem('forbidden');
      (await api(me).call('user.unblock', { params: { userId: pest.userId } })).ok(204);
      (await api(pest).call('conversation.create', direct)).ok(201);
    },
    repeated: async () => {
      const [me, pest] = await pair();
      (await api(me).call('user.unblock', { params: { userId: pest.userId } })).ok(204);
      (await api(me).call('user.unblock', { params: { userId: pest.userId } })).ok(204);
    },
  },
} as const satisfies Record<`user.${string}`, Cases>;

async function pair() {
  const people = await guests(2);
  return [itemAt(people, 0), itemAt(people, 1)] as const;
}

function blockUnknown(name: 'user.block' | 'user.unblock') {
  return anyUser().then((me) => isRefused(me, name, { params: { userId: randomUUID() } }, 'user.notFound'));
}
