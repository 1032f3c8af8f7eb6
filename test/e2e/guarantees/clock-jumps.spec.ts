import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest, guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { startRedis, type RedisServer } from '../../support/redis.js';
import { makeConversation, readAll, say } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { shiftedClock, type ShiftedClock } from '../../support/shifted-clock.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

jest.setTimeout(240_000);

const hourMs = 3_600_000;
const minuteMs = 60_000;
const patience = { timeoutMs: 20_000, intervalMs: 100 };
const restPerSecond = 30;

const isNearNow = (time: string) => Math.abs(Date.parse(time) - Date.now()) < minuteMs;
const at = (person: Person, { url }: Server): Person => ({ ...person, url });

/** Everything that takes time or expires, between two people on two nodes (or the same). */
async function everythingWorks(one: Person, two: Person): Promise<void> {
  const { id: conversationId } = await makeConversation(one, [two]);
  const [first, second] = [await connect(one), await connect(two)];
  await second.ok('presence.watch', { userIds: [one.userId] });

  const word = `word${randomUUID().slice(0, 8)}`;
  const message = await say(one, conversationId, word);
  expect(isNearNow(message.createdAt)).toBe(true);
  await second.waitFor('message.created', ({ id }) => id === message.id);
  const search = async () => (await api(two).call('message.search', { query: { q: word, conversationId } })).ok(200).items.length;
  await until('the message is found', async () => (await search()) === 1, patience);

  await second.ok('typing.start', { conversationId });
  await first.waitFor('typing.started', (event) => event.conversationId === conversationId, 10_000);

  for (const text of ['a', 'b']) {
    const { seq } = await say(one, conversationId, text);
    await api(two).call('receipt.put', { params: { conversationId }, body: { readSeq: seq } });
    await first.waitFor('receipt.advanced', (event) => event.userId === two.userId && event.readSeq === seq, 10_000);
  }

  await first.waitFor('typing.stopped', (event) => event.conversationId === conversationId, 20_000);

  first.close();
  await second.waitFor('presence.changed', (event) => event.userId === one.userId && event.status === 'offline', 20_000);
  second.close();
}

/** Sends more requests than one window allows, however slow the machine is, and then one that is served: another window has begun. */
async function rateLimitRecovers(person: Person): Promise<void> {
  const call = () => api(person).call('user.me');
  for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: restPerSecond }, call));
  await until('requests are served again', async () => (await call()).status === 200, { timeoutMs: 10_000, intervalMs: 400 });
}

test('a clock that jumps back or ahead by an hour stops nothing, rejects no request and lets nothing expire', async () => {
  const clock = shiftedClock();
  const env = { ...clock.env, RATE_REST_PER_SECOND: String(restPerSecond) };
  const server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl), env, readyTimeoutMs: 60_000 });
  const people = await guests(2, server.url);
  const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
  const { id } = await makeConversation(one);
  const invite = (await api(one).call('invite.create', { params: { conversationId: id }, body: { expiresInSeconds: 600 } })).ok(201);
  for (const shiftMs of [-hourMs, hourMs]) {
    const [limited, socket] = [await guest(undefined, server.url), await connect(two)];
    await Promise.all(Array.from({ length: restPerSecond }, () => api(limited).call('user.me')));
    clock.shiftTo(shiftMs);
    await rateLimitRecovers(limited);
    await everythingWorks(one, two);
    await socket.barrier();
  }
  (await api(two).call('invite.accept', { params: { code: invite.code } })).ok();
  const refreshed = (await api({ url: server.url }).call('auth.refresh', { body: { refreshToken: one.refreshToken } })).ok(200);
  (await api({ url: server.url, accessToken: refreshed.accessToken }).call('user.me')).ok(200);
  await server.stop();
});

describe('two nodes, one an hour ahead, one stepping back', () => {
  let redis: RedisServer;
  let ahead: Server;
  let stepping: Server;
  let clock: ShiftedClock;

  beforeAll(async () => {
    const [store, databaseUrl] = await Promise.all([startRedis(), createDatabase(environment().adminUrl)]);
    redis = store;
    clock = shiftedClock();
    const env = { REDIS_URL: redis.url, AUTH_SECRET: 'a secret that both nodes of these tests share' };
    const start = (own: ShiftedClock) =>
      startServer({ databaseUrl, env: { ...env, ...own.env }, args: ['--role', 'all'], readyTimeoutMs: 60_000 });
    ahead = await start(shiftedClock(hourMs));
    stepping = await start(clock);
  });
  afterAll(async () => {
    await Promise.all([ahead.kill(), stepping.kill()]);
    await redis.stop();
  });

  it('accept each other’s tokens and invites, and agree on when these expire', async () => {
    const early = await guest(undefined, ahead.url);
    clock.shiftTo(-hourMs);
    const late = await guest(undefined, stepping.url);
    for (const [person, node] of [
      [early, stepping],
      [late, ahead],
    ] as const) {
      (await api(at(person, node)).call('user.me')).ok(200);
      await (await connect(at(person, node))).barrier();
      expect(Math.abs(expiryOf(person) - (Date.now() + hourMs))).toBeLessThan(minuteMs);
      const { refreshToken } = (await api({ url: node.url }).call('auth.refresh', { body: { refreshToken: person.refreshToken } })).ok(200);
      expect(refreshToken).not.toBe(person.refreshToken);
    }
    const { id: conversationId } = await makeConversation(late);
    const invite = (await api(late).call('invite.create', { params: { conversationId }, body: { expiresInSeconds: 120 } })).ok(201);
    expect(Math.abs(Date.parse(invite.expiresAt ?? '') - Date.now() - 2 * minuteMs)).toBeLessThan(minuteMs);
    (await api(at(early, ahead)).call('invite.accept', { params: { code: invite.code } })).ok();
    clock.shiftTo(0);
  });

  it('show typing, receipts, presence and search results to each other', async () => {
    const people = await guests(2, ahead.url);
    const [one, two] = [at(itemAt(people, 0), ahead), at(itemAt(people, 1), stepping)];
    await everythingWorks(one, two);
    clock.shiftTo(-hourMs);
    await everythingWorks(two, one);
  });

  it('store a conversation that is sent over both of them, with repeats, once and in order', async () => {
    const people = await guests(2, ahead.url);
    const [one, two] = [at(itemAt(people, 0), ahead), at(itemAt(people, 1), stepping)];
    const { id: conversationId } = await makeConversation(one, [two]);
    const sent: string[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      if (turn === 20) clock.shiftTo(hourMs);
      if (turn === 40) clock.shiftTo(-hourMs);
      const [sender, node] = turn % 2 === 0 ? [one, ahead] : [two, stepping];
      const body = { clientId: randomUUID(), text: `line ${turn}` };
      const params = { conversationId };
      const first = (await api(at(sender, node)).call('message.send', { params, body })).ok(201);
      const other = node === ahead ? stepping : ahead;
      expect((await api(at(sender, other)).call('message.send', { params, body })).ok(200).seq).toBe(first.seq);
      sent.push(body.text);
    }
    const all = await readAll(at(two, ahead), conversationId);
    expect(all.map(({ text }) => text)).toEqual(sent);
    expect(all.every(({ createdAt }) => isNearNow(createdAt))).toBe(true);
    const times = all.map(({ createdAt }) => Date.parse(createdAt));
    // Two nodes read the store's clock with an error of some milliseconds.
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThan((times[index - 1] ?? 0) - 1000);
  });
});

/** When the access token expires, in milliseconds since 1970. */
function expiryOf({ accessToken }: Person): number {
  const claims: unknown = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  return Number(Reflect.get(Object(claims), 'exp')) * 1000;
}
