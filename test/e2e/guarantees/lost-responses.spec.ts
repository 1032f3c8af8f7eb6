import { randomBytes } from 'node:crypto';
import { api } from '../../support/api.js';
import { createDatabase, queryRows } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest, type Person } from '../../support/people.js';
import { startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

jest.setTimeout(180_000);

const refresh = async (refreshToken: string, url?: string) =>
  (await api(url === undefined ? {} : { url }).call('auth.refresh', { body: { refreshToken } })).ok(200);

const isEnded = async (one: Person) => {
  await isRefused(one, 'user.me', {}, 'auth.invalidToken');
};

test('a refresh that is repeated because its response was lost returns the same refresh token, and the session goes on', async () => {
  const me = await guest();
  const socket = await connect(me);
  const [lost, repeated] = [await refresh(me.refreshToken), await refresh(me.refreshToken)];
  expect(repeated.refreshToken).toBe(lost.refreshToken);
  expect(repeated.sessionId).toBe(me.sessionId);
  for (const { accessToken } of [lost, repeated]) (await api({ accessToken }).call('user.me')).ok(200);
  await socket.barrier();
  (await api(repeated).call('user.me')).ok(200);
  expect((await refresh(repeated.refreshToken)).sessionId).toBe(me.sessionId);
});

test('tabs that refresh at the same time, on any node, receive the same refresh token', async () => {
  const me = await guest();
  const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(me.refreshToken)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  (await api(me).call('user.me')).ok(200);
});

test('a refresh token that is used again after its successor was used ends the session', async () => {
  const me = await guest();
  const second = await refresh(me.refreshToken);
  await refresh(second.refreshToken);
  await isRefused({}, 'auth.refresh', { body: { refreshToken: me.refreshToken } }, 'auth.invalidToken');
  await isEnded(me);
});

test('a repeated refresh gets the same token after a restart, and ends the session after the grace period or without one', async () => {
  const databaseUrl = await createDatabase(environment().adminUrl);
  const AUTH_SECRET = randomBytes(32).toString('base64url');
  const start = (env = {}) => startServer({ databaseUrl, env: { AUTH_SECRET, ...env }, readyTimeoutMs: 60_000 });
  const first = await start();
  const [kept, late, strict] = [await guest('Kept', first.url), await guest('Late', first.url), await guest('Strict', first.url)];
  const before = await refresh(kept.refreshToken, first.url);
  const lateBefore = await refresh(late.refreshToken, first.url);
  await first.stop();
  const again = await start();
  expect((await refresh(kept.refreshToken, again.url)).refreshToken).toBe(before.refreshToken);
  await queryRows(databaseUrl, "UPDATE refresh_tokens SET spent_at = spent_at - interval '31 s'");
  await isRefused({ url: again.url }, 'auth.refresh', { body: { refreshToken: late.refreshToken } }, 'auth.invalidToken');
  await isRefused({ url: again.url }, 'auth.refresh', { body: { refreshToken: lateBefore.refreshToken } }, 'auth.invalidToken');
  await again.stop();
  const withoutGrace = await start({ AUTH_REFRESH_GRACE_SECONDS: '0' });
  await refresh(strict.refreshToken, withoutGrace.url);
  await isRefused({ url: withoutGrace.url }, 'auth.refresh', { body: { refreshToken: strict.refreshToken } }, 'auth.invalidToken');
  await withoutGrace.stop();
});
