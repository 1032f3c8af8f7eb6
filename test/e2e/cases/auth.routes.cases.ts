import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { account, guest, password, person, uniqueName } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { connectRefused } from '../../support/sockets.js';
import { type Cases, instead, isRefused, needsToken, refuses, anyUser } from './case.js';

const openToAll = 'any caller may use it';
const credentials = () => ({ username: uniqueName('auth'), password });

export const authRouteCases = {
  'auth.register': {
    anonymous: async () => {
      const body = credentials();
      const session = (await api().call('auth.register', { body })).ok(201);
      expect(session.user).toMatchObject({ username: body.username, displayName: body.username, avatarUrl: null, metadata: {} });
      expect(session.expiresIn).toBeGreaterThan(0);
    },
    stranger: instead(`${openToAll}; a token sent with it changes nothing`, async () => {
      const session = (await api(await anyUser()).call('auth.register', { body: credentials() })).ok(201);
      expect(session.user.id).not.toBe((await anyUser()).userId);
    }),
    invalid: refuses(
      'auth.register',
      { body: { username: 'ab', password } },
      { body: { username: 'x'.repeat(33), password } },
      { body: { username: 'with space', password } },
      { body: { username: uniqueName('auth'), password: 'short' } },
      { body: { username: uniqueName('auth'), password: `nul${'\0'.repeat(8)}` } },
      { body: { ...credentials(), isAdmin: true } },
    ),
    happy: async () => {
      const session = (await api().call('auth.register', { body: { ...credentials(), displayName: 'Ada L.' } })).ok(201);
      const me = (await api(session).call('user.me')).ok(200);
      expect(me).toEqual(session.user);
      expect(me.displayName).toBe('Ada L.');
    },
    repeated: async () => {
      const body = credentials();
      (await api().call('auth.register', { body })).ok(201);
      await isRefused({}, 'auth.register', { body }, 'user.nameTaken');
      await isRefused({}, 'auth.register', { body: { ...body, username: body.username.toUpperCase() } }, 'user.nameTaken');
    },
  },
  'auth.login': {
    anonymous: async () => {
      const { username, userId } = await account();
      expect((await api().call('auth.login', { body: { username, password } })).ok(200).user.id).toBe(userId);
    },
    stranger: instead('a wrong password and an unknown name give the same answer', async () => {
      const { username } = await account();
      const wrong = (await api().call('auth.login', { body: { username, password: 'not the password' } })).problem(
        'auth.invalidCredentials',
      );
      const unknown = (await api().call('auth.login', { body: { username: uniqueName('nobody'), password } })).problem(
        'auth.invalidCredentials',
      );
      expect({ ...unknown, requestId: '' }).toEqual({ ...wrong, requestId: '' });
    }),
    invalid: refuses(
      'auth.login',
      { body: { username: 'ada' } },
      { body: { username: '', password } },
      { body: { username: 5, password } },
    ),
    happy: async () => {
      const { username, user } = await account();
      const session = (await api().call('auth.login', { body: { username: username.toUpperCase(), password } })).ok(200);
      expect((await api(session).call('user.me')).ok(200)).toEqual(user);
    },
    repeated: async () => {
      const { username, sessionId, accessToken } = await account();
      const second = (await api().call('auth.login', { body: { username, password } })).ok(200);
      expect(second.sessionId).not.toBe(sessionId);
      (await api({ accessToken }).call('user.me')).ok(200);
    },
  },
  'auth.guest': {
    anonymous: async () => {
      const session = (await api().call('auth.guest', { body: {} })).ok(201);
      expect(session.user.username).toMatch(/^[a-z0-9_.-]{3,32}$/);
    },
    stranger: instead(`${openToAll}; a token sent with it changes nothing`, async () => {
      const session = (await api(await anyUser()).call('auth.guest', { body: {} })).ok(201);
      expect(session.user.id).not.toBe((await anyUser()).userId);
    }),
    invalid: refuses(
      'auth.guest',
      { body: { displayName: '' } },
      { body: { displayName: 'x'.repeat(81) } },
      { body: { displayName: null } },
    ),
    happy: async () => {
      const session = (await api().call('auth.guest', { body: { displayName: 'Gäst 👋' } })).ok(201);
      expect((await api(session).call('user.me')).ok(200).displayName).toBe('Gäst 👋');
    },
    repeated: async () => {
      const [first, second] = [await guest('Twin'), await guest('Twin')];
      expect(second.userId).not.toBe(first.userId);
      expect(second.user.username).not.toBe(first.user.username);
    },
  },
  'auth.refresh': {
    anonymous: async () => {
      const { refreshToken, sessionId } = await guest();
      expect((await api().call('auth.refresh', { body: { refreshToken } })).ok(200).sessionId).toBe(sessionId);
    },
    stranger: instead('an invented token is refused', () =>
      isRefused({}, 'auth.refresh', { body: { refreshToken: randomUUID() } }, 'auth.invalidToken'),
    ),
    invalid: refuses(
      'auth.refresh',
      { body: { refreshToken: '' } },
      { body: { refreshToken: 'x'.repeat(8193) } },
      { body: { refreshToken: 7 } },
    ),
    happy: async () => {
      const before = await guest();
      const session = (await api().call('auth.refresh', { body: { refreshToken: before.refreshToken } })).ok(200);
      expect(session.refreshToken).not.toBe(before.refreshToken);
      expect((await api(session).call('user.me')).ok(200)).toEqual(before.user);
      (await api().call('auth.refresh', { body: { refreshToken: session.refreshToken } })).ok(200);
    },
    repeated: async () => {
      const { refreshToken } = await guest();
      const refresh = async (token: string) => (await api().call('auth.refresh', { body: { refreshToken: token } })).ok(200);
      const session = await refresh(refreshToken);
      expect((await refresh(refreshToken)).refreshToken).toBe(session.refreshToken);
      const last = await refresh(session.refreshToken);
      await isRefused({}, 'auth.refresh', { body: { refreshToken } }, 'auth.invalidToken');
      // A spent token whose successor was used may be stolen, so its whole session is revoked.
      await isRefused({}, 'auth.refresh', { body: { refreshToken: last.refreshToken } }, 'auth.invalidToken');
      await isRefused(session, 'user.me', {}, 'auth.invalidToken');
    },
  },
  'auth.logout': {
    anonymous: needsToken('auth.logout'),
    stranger: instead('a user ends only this session; their other session goes on', async () => {
      const { username, accessToken } = await account();
      const second = (await api().call('auth.login', { body: { username, password } })).ok(200);
      (await api(second).call('auth.logout')).ok(204);
      (await api({ accessToken }).call('user.me')).ok(200);
    }),
    invalid: instead('it takes no input', async () => {
      (await api(await guest()).raw('auth.logout', { query: {} })).ok(204);
    }),
    happy: async () => {
      const leaving = await guest();
      (await api(leaving).call('auth.logout')).ok(204);
      await isRefused(leaving, 'user.me', {}, 'auth.invalidToken');
      await isRefused({}, 'auth.refresh', { body: { refreshToken: leaving.refreshToken } }, 'auth.invalidToken');
      expect((await connectRefused(leaving)).code).toBe('auth.invalidToken');
    },
    repeated: async () => {
      const leaving = await guest();
      (await api(leaving).call('auth.logout')).ok(204);
      await isRefused(leaving, 'auth.logout', {}, 'auth.invalidToken');
    },
  },
  'auth.listSessions': {
    anonymous: needsToken('auth.listSessions'),
    stranger: instead('a user sees only their own sessions', async () => {
      const [mine, other] = [await guest(), await guest()];
      const listed = (await api(mine).call('auth.listSessions')).ok(200).items;
      expect(listed.map((session) => session.id)).toEqual([mine.sessionId]);
      expect(listed.map((session) => session.id)).not.toContain(other.sessionId);
    }),
    invalid: instead('it takes no input', async () => {
      (await api(await anyUser()).call('auth.listSessions')).ok(200);
    }),
    happy: async () => {
      const { username } = await account();
      const body = { username, password };
      const session = (await api().raw('auth.login', { body, headers: { 'user-agent': 'parley-tests/1' } })).ok(200);
      const { items, nextCursor } = (await api(session).call('auth.listSessions')).ok(200);
      expect(nextCursor).toBeNull();
      expect(items).toHaveLength(2);
      expect(items.filter((item) => item.current)).toMatchObject([{ id: session.sessionId, userAgent: 'parley-tests/1' }]);
    },
    repeated: async () => {
      const mine = await guest();
      const read = async () => (await api(mine).call('auth.listSessions')).ok(200).items.map((session) => session.id);
      expect(await read()).toEqual(await read());
    },
  },
  'auth.revokeSession': {
    anonymous: needsToken('auth.revokeSession'),
    stranger: async () => {
      const [other, mine] = [await guest(), await guest()];
      await isRefused(mine, 'auth.revokeSession', { params: { sessionId: other.sessionId } }, 'session.notFound');
      (await api(other).call('user.me')).ok(200);
    },
    invalid: refuses('auth.revokeSession', { params: { sessionId: 'not-a-uuid' } }),
    happy: async () => {
      const first = await account();
      const second = person((await api().call('auth.login', { body: { username: first.username, password } })).ok(200));
      (await api(first).call('auth.revokeSession', { params: { sessionId: second.sessionId } })).ok(204);
      await isRefused(second, 'user.me', {}, 'auth.invalidToken');
      await isRefused({}, 'auth.refresh', { body: { refreshToken: second.refreshToken } }, 'auth.invalidToken');
      const left = (await api(first).call('auth.listSessions')).ok(200).items;
      expect(itemAt(left, 0).id).toBe(first.sessionId);
      expect(left).toHaveLength(1);
    },
    repeated: async () => {
      const first = await account();
      const second = (await api().call('auth.login', { body: { username: first.username, password } })).ok(200);
      const params = { sessionId: second.sessionId };
      (await api(first).call('auth.revokeSession', { params })).ok(204);
      (await api(first).call('auth.revokeSession', { params })).ok(204);
      (await api(first).call('user.me')).ok(200);
    },
  },
} as const satisfies Record<`auth.${string}`, Cases>;
