import { api } from '../../support/api.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest, guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, say } from '../../support/scene.js';
import { startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

jest.setTimeout(60_000);

test('neither user of a direct conversation can limit the other by a policy', async () => {
  const people = await guests(2);
  const [me, peer] = [itemAt(people, 0), itemAt(people, 1)];
  const direct = { type: 'direct' as const, memberIds: [peer.userId] };
  const socket = await connect(me);
  for (const policy of [{ slowModeSeconds: 86_400 }, { post: 'owner' }, { editWindowSeconds: 1 }, { retentionSeconds: 60 }] as const) {
    const problem = (await api(me).raw('conversation.create', { body: { ...direct, policy } })).problem('validation.failed');
    expect(problem.errors?.map((error) => error.path)).toEqual(['policy']);
    await socket.fails('conversation.create', { ...direct, policy }, 'validation.failed');
  }
  const { id: conversationId } = (await api(me).call('conversation.create', { body: direct })).ok(201);
  const params = { conversationId };
  for (const caller of [me, peer]) {
    (await api(caller).call('conversation.patch', { params, body: { policy: { slowModeSeconds: 86_400 } } })).problem('forbidden');
  }
  for (const text of ['one', 'two']) await say(peer, conversationId, text);
});

async function choose(person: Person, whoMayAdd: 'everybody' | 'contacts' | 'nobody'): Promise<void> {
  (await api(person).call('settings.patch', { body: { whoMayAdd } })).ok(200);
}

const requestsOf = async (person: Person) => (await api(person).call('request.list')).ok(200).items.map((item) => item.conversationId);

test('a user who lets no user add them gets a request from every way of adding, and is a member only after accepting', async () => {
  const people = await guests(3);
  const [me, pest, willing] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  await choose(me, 'nobody');
  const socket = await connect(me);
  const created = await makeConversation(pest, [me, willing]);
  expect(created.memberCount).toBe(2);
  const group = await makeConversation(pest);
  const params = { conversationId: group.id };
  const added = (await api(pest).call('member.add', { params, body: { userIds: [willing.userId, me.userId] } })).ok(200);
  expect(added.items.map((member) => member.userId)).toEqual([willing.userId]);
  expect(added.requested).toEqual([me.userId]);
  const pestSocket = await connect(pest);
  const bySocket = await pestSocket.ok('conversation.create', { type: 'group', memberIds: [me.userId] });
  const ids = [created.id, group.id, bySocket.id];
  for (const id of ids) await socket.waitFor('conversation.inviteRequested', (payload) => payload.conversationId === id);
  expect((await requestsOf(me)).sort()).toEqual([...ids].sort());
  expect(socket.of('conversation.added')).toEqual([]);
  (await api(me).call('conversation.get', { params })).problem('conversation.notFound');
  expect((await api(me).call('request.accept', { params })).ok(200).me?.role).toBe('member');
  await socket.waitFor('conversation.added', (payload) => payload.id === group.id);
  await say(pest, group.id, 'welcome');
  await socket.waitFor('message.created', (payload) => payload.conversationId === group.id);
});

test('a user who lets contacts add them is added by those who share a private conversation with them, and asked by other users', async () => {
  const people = await guests(3);
  const [me, friend, stranger] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  await makeConversation(me, [friend]);
  await makeConversation(me, [stranger], { visibility: 'public' });
  await choose(me, 'contacts');
  expect((await makeConversation(friend, [me])).memberCount).toBe(2);
  const asked = await makeConversation(stranger, [me]);
  expect(asked.memberCount).toBe(1);
  expect(await requestsOf(me)).toEqual([asked.id]);
});

test('a direct conversation with a user who was only asked stays silent until they accept, in either way', async () => {
  for (const way of ['request.accept', 'conversation.create'] as const) {
    const people = await guests(2);
    const [me, pest] = [itemAt(people, 0), itemAt(people, 1)];
    await choose(me, 'nobody');
    const direct = { type: 'direct' as const, memberIds: [me.userId] };
    const pestSocket = await connect(pest);
    const { id: conversationId, me: mine } = (await api(pest).call('conversation.create', { body: direct })).ok(201);
    expect(mine?.permissions).toEqual([]);
    expect((await api(pest).call('conversation.create', { body: direct })).ok(200).memberCount).toBe(1);
    const body = { clientId: crypto.randomUUID(), text: 'unwanted' };
    (await api(pest).call('message.send', { params: { conversationId }, body })).problem('forbidden');
    await pestSocket.fails('message.send', { conversationId, ...body }, 'forbidden');
    expect(await requestsOf(me)).toEqual([conversationId]);
    const params = { conversationId };
    const opened =
      way === 'request.accept'
        ? (await api(me).call(way, { params })).ok(200)
        : (await api(me).call(way, { body: { type: 'direct', memberIds: [pest.userId] } })).ok(200);
    expect(opened).toMatchObject({ id: conversationId, memberCount: 2 });
    await say(pest, conversationId, 'thank you');
    await say(me, conversationId, 'hello');
    expect(await requestsOf(me)).toEqual([]);
  }
});

test('a declined request does not come back, and tells the user who made it nothing', async () => {
  const people = await guests(2);
  const [me, pest] = [itemAt(people, 0), itemAt(people, 1)];
  await choose(me, 'nobody');
  const group = await makeConversation(pest);
  const params = { conversationId: group.id };
  const ask = async () => (await api(pest).call('member.add', { params, body: { userIds: [me.userId] } })).ok(200);
  const [mine, theirs] = [await connect(me), await connect(pest)];
  const first = await ask();
  await mine.waitFor('conversation.inviteRequested');
  (await api(me).call('request.decline', { params })).ok(204);
  expect(await ask()).toEqual(first);
  await Promise.all([mine.barrier(), theirs.barrier()]);
  expect(mine.of('conversation.inviteRequested')).toHaveLength(1);
  expect(theirs.of('conversation.inviteClosed')).toEqual([]);
  expect(await requestsOf(me)).toEqual([]);
});

test('a request is worth no more than the right of the user who made it at the moment of the answer', async () => {
  const people = await guests(3);
  const [me, owner, admin] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  await choose(me, 'nobody');
  const group = await makeConversation(owner, [admin]);
  const params = { conversationId: group.id };
  const ofAdmin = { ...params, userId: admin.userId };
  (await api(owner).call('member.patch', { params: ofAdmin, body: { role: 'admin' } })).ok(200);
  (await api(admin).call('member.add', { params, body: { userIds: [me.userId] } })).ok(200);
  (await api(owner).call('member.patch', { params: ofAdmin, body: { role: 'member' } })).ok(200);
  (await api(me).call('request.accept', { params })).problem('request.notFound');
  (await api(owner).call('member.patch', { params: ofAdmin, body: { role: 'admin' } })).ok(200);
  (await api(me).call('user.block', { params: { userId: admin.userId } })).ok(204);
  (await api(me).call('request.accept', { params })).problem('request.notFound');
  expect(await requestsOf(me)).toEqual([]);
  (await api(me).call('user.unblock', { params: { userId: admin.userId } })).ok(204);
  (await api(owner).call('ban.put', { params: { ...params, userId: me.userId }, body: {} })).ok(200);
  (await api(me).call('request.accept', { params })).problem('forbidden');
  (await api(owner).call('ban.delete', { params: { ...params, userId: me.userId } })).ok(204);
  (await api(me).call('request.accept', { params })).ok(200);
});

test('a user cannot flood others with conversations: each added person counts, and unanswered additions are bounded', async () => {
  const server = await startServer({
    databaseUrl: await createDatabase(environment().adminUrl),
    env: { RATE_ADDITIONS_PER_MINUTE: '60', ADDITIONS_UNANSWERED_PER_DAY_MAX: '4', ADDITIONS_UNANSWERED_PER_PERSON_MAX: '2' },
  });
  const { url } = server;
  const [me, victim, second, third] = [await guest('a', url), await guest('b', url), await guest('c', url), await guest('d', url)];
  const create = (...members: Person[]) =>
    api(me).call('conversation.create', { body: { type: 'group', memberIds: members.map((member) => member.userId) } });
  const first = (await create(victim)).ok(201);
  (await create(victim)).ok(201);
  const refused = (await create(victim)).problem('rateLimited');
  expect(refused.retryAfterMs).toBeGreaterThan(23 * 3_600_000);
  (await create(second, third)).ok(201);
  (await create(second)).problem('rateLimited');
  await say(victim, first.id, 'this is an answer');
  await until('the answer frees a place', async () => (await create(second)).status === 201, { intervalMs: 100 });
  let waitMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 60 && waitMs > 60_000; attempt += 1)
    waitMs = (await create(second)).problem('rateLimited').retryAfterMs ?? 0;
  expect(waitMs).toBeLessThanOrEqual(60_000);
  await server.stop();
});
