import { api } from '../../support/api.js';
import { nextServerUrl, testMode } from '../../support/environment.js';
import { loginOperator, submitLogin } from '../../support/operator.js';
import { guest } from '../../support/people.js';
import { operator } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { type Cases, instead, isRefused, anyUser } from './case.js';

const openToAll = 'it needs no login';

export const operationRouteCases = {
  'health.live': {
    anonymous: async () => expect((await api().call('health.live')).ok(200)).toEqual({ status: 'ok' }),
    stranger: instead(`${openToAll}; an invalid token changes nothing`, async () => {
      (await api({ accessToken: 'forged' }).call('health.live')).ok(200);
    }),
    invalid: instead('it takes no input; another method is not a route', async () => {
      const response = await fetch(`${nextServerUrl()}/health/live`, { method: 'POST' });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'route.notFound' });
    }),
    happy: async () => expect((await api(await anyUser()).call('health.live')).ok(200)).toEqual({ status: 'ok' }),
    repeated: async () => expect((await api().call('health.live')).ok(200)).toEqual((await api().call('health.live')).ok(200)),
  },
  'health.ready': {
    anonymous: async () => expect((await api().call('health.ready')).ok(200)).toMatchObject({ status: 'ok' }),
    stranger: instead(`${openToAll}; it names dependencies but not their addresses`, async () => {
      const { body } = await api().call('health.ready');
      expect(JSON.stringify(body)).not.toMatch(/postgres(ql)?:\/\/|127\.0\.0\.1/);
    }),
    invalid: instead('it takes no input', async () => {
      (await api({ accessToken: 'forged' }).call('health.ready')).ok(200);
    }),
    happy: async () => {
      const { details } = (await api().call('health.ready')).ok(200);
      expect(Object.values(details).map((one) => one.status)).toEqual(Object.keys(details).map(() => 'up'));
      expect(Object.keys(details).length).toBeGreaterThan(0);
    },
    repeated: async () => {
      const names = async () => Object.keys((await api().call('health.ready')).ok(200).details);
      expect(await names()).toEqual(await names());
    },
  },
  'metrics.get': {
    anonymous: async () => expect((await api().call('metrics.get')).ok(200)).toContain('# TYPE'),
    stranger: instead('it is open to loopback; it contains figures, but no names or texts', async () => {
      const someone = await guest('Metrics Name Zanzibar');
      const text = (await api().call('metrics.get')).ok(200);
      expect(text).not.toContain('Zanzibar');
      expect(text).not.toContain(someone.userId);
    }),
    invalid: instead('it takes no input', async () => {
      (await api().raw('metrics.get', { headers: { accept: 'text/plain' } })).ok(200);
    }),
    happy: async () => {
      await connect(await anyUser());
      const text = (await api().call('metrics.get')).ok(200);
      for (const step of ['accept', 'commit', 'deliver', 'persist', 'settle']) expect(text).toContain(step);
      expect(text).toMatch(/socket/);
      expect(text).toMatch(/backlog/);
    },
    repeated: async () => {
      const names = async () => [...(await api().call('metrics.get')).ok(200).matchAll(/# TYPE (\w+)/g)].map((match) => match[1]);
      expect(await names()).toEqual(await names());
    },
  },
  'admin.stats': {
    anonymous: async () => isRefused({}, 'admin.stats', {}, 'auth.required'),
    stranger: async () => {
      (await api(await anyUser()).call('admin.stats')).problem('auth.invalidToken');
      const wrong = await submitLogin(nextServerUrl(), operator.username, 'not the password');
      expect(wrong.status).toBe(401);
      expect(wrong.headers.getSetCookie().join()).not.toMatch(/=[\w-]{16}/);
    },
    invalid: instead('it takes no input; an invented cookie is not a login', async () => {
      const { cookie } = await loginOperator();
      await isRefused({ cookie: cookie.replace(/=.*/, '=made-up') }, 'admin.stats', {}, 'auth.invalidToken');
    }),
    happy: async () => {
      await connect(await anyUser());
      const stats = (await api(await loginOperator()).call('admin.stats')).ok(200);
      expect(stats).toMatchObject({ mode: testMode() });
      expect(stats.sockets).toBeGreaterThan(0);
      expect(stats.users).toBeGreaterThan(0);
      expect(stats.queues.map((queue) => queue.name)).toEqual(
        expect.arrayContaining(['persistence', 'receipts', 'dead-letters', 'maintenance']),
      );
    },
    repeated: async () => {
      const login = await loginOperator();
      const first = (await api(login).call('admin.stats')).ok(200);
      expect((await api(login).call('admin.stats')).ok(200).uptimeMs).toBeGreaterThan(first.uptimeMs);
    },
  },
  'admin.notice': {
    anonymous: async () => isRefused({}, 'admin.notice', { body: { text: 'hello' } }, 'auth.required'),
    stranger: async () => isRefused(await anyUser(), 'admin.notice', { body: { text: 'hello' } }, 'auth.invalidToken'),
    invalid: instead('only an operator gets as far as validation', async () => {
      const login = await loginOperator();
      for (const body of [{}, { text: '' }, { text: 'x', level: 'loud' }, { text: 'x', to: 'all' }, { text: 'x'.repeat(2001) }]) {
        await isRefused(login, 'admin.notice', { body }, 'validation.failed');
      }
      await isRefused(login, 'admin.notice', { body: { text: 'x' }, headers: { origin: 'https://evil.example' } }, 'forbidden');
    }),
    happy: async () => {
      const notice = (await api(await loginOperator()).call('admin.notice', { body: { text: 'Back in 5 minutes', level: 'warning' } })).ok(
        201,
      );
      expect(notice).toMatchObject({ text: 'Back in 5 minutes', level: 'warning' });
    },
    repeated: async () => {
      const login = await loginOperator();
      const send = async () => (await api(login).call('admin.notice', { body: { text: 'Again' } })).ok(201);
      const first = await send();
      expect(first.level).toBe('info');
      expect((await send()).id).not.toBe(first.id);
    },
  },
} as const satisfies Record<string, Cases>;
