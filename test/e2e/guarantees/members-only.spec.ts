import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { account, guest, password, person } from '../../support/people.js';
import { say, scene, type Scene } from '../../support/scene.js';
import { connect, connectRefused, type TestSocket } from '../../support/sockets.js';
import { within } from '../../support/until.js';
import { isRefused } from '../cases/case.js';

/** Lets the member see everything, ends the membership in the given way, and checks that they can see and do nothing any more. */
async function losesAccessAtOnce(endMembership: (setting: Scene) => Promise<unknown>, reason: string): Promise<void> {
  const setting = await scene({ type: 'channel', visibility: 'private' });
  const { owner, member, conversationId } = setting;
  const sockets = [await connect(member), await connect(member, { transports: ['polling'] })];
  await say(owner, conversationId, 'still seen');
  for (const socket of sockets) await socket.waitFor('message.created', (payload) => payload.text === 'still seen');
  await endMembership(setting);
  for (const socket of sockets) socket.events.clear();
  await say(owner, conversationId, 'not for former members').catch(() => undefined);
  await api(owner).raw('conversation.patch', { params: { conversationId }, body: { title: 'Secret' } });
  await api(owner).raw('reaction.add', { params: { conversationId, seq: 1, emoji: '👀' } });
  for (const socket of sockets) await seesNothing(socket, conversationId, reason);
  await reachesNothing(member, conversationId);
}

async function seesNothing(socket: TestSocket, conversationId: string, reason: string): Promise<void> {
  await socket.barrier();
  const about = socket.events.all().filter(({ payload }) => JSON.stringify(payload).includes(conversationId));
  expect(about.filter(({ name }) => name !== 'conversation.removed')).toEqual([]);
  for (const { payload } of about) expect(payload).toMatchObject({ reason });
  await socket.fails('message.send', { conversationId, clientId: randomUUID(), text: 'ghost' }, 'conversation.notFound');
  await socket.fails('history.page', { conversationId }, 'conversation.notFound');
  await socket.fails('typing.start', { conversationId }, 'conversation.notFound');
}

async function reachesNothing(member: Scene['member'], conversationId: string): Promise<void> {
  const one = { conversationId, seq: 1 };
  await isRefused(member, 'message.history', { params: { conversationId } }, 'conversation.notFound');
  await isRefused(member, 'message.get', { params: one }, 'conversation.notFound');
  await isRefused(member, 'conversation.members', { params: { conversationId } }, 'conversation.notFound');
  await isRefused(member, 'message.search', { query: { q: 'seen', conversationId } }, 'conversation.notFound');
  const found = (await api(member).call('message.search', { query: { q: 'still seen' } })).ok(200).items;
  expect(found.filter((message) => message.conversationId === conversationId)).toEqual([]);
  const { items } = (await api(member).call('conversation.list')).ok(200);
  expect(items.map((item) => item.id)).not.toContain(conversationId);
}

test('a removed member loses access at once, on every open socket and over REST', () =>
  losesAccessAtOnce(
    async ({ owner, member, conversationId }) =>
      (await api(owner).call('member.remove', { params: { conversationId, userId: member.userId } })).ok(204),
    'removed',
  ));

test('a banned member loses access at once', () =>
  losesAccessAtOnce(
    async ({ owner, member, conversationId }) =>
      (await api(owner).call('ban.put', { params: { conversationId, userId: member.userId }, body: {} })).ok(200),
    'banned',
  ));

test('a member who leaves loses access at once', () =>
  losesAccessAtOnce(
    async ({ member, conversationId }) => (await api(member).call('conversation.leave', { params: { conversationId } })).ok(204),
    'left',
  ));

test('the sockets of a revoked session close within two seconds and cannot reconnect', async () => {
  const first = await account();
  const second = person((await api().call('auth.login', { body: { username: first.username, password } })).ok(200));
  const [mine, theirs] = [await connect(first), [await connect(second), await connect(second, { transports: ['polling'] })]];
  (await api(first).call('auth.revokeSession', { params: { sessionId: second.sessionId } })).ok(204);
  await within(2000, 'both sockets of the revoked session close', Promise.all(theirs.map((socket) => socket.closed)));
  for (const socket of theirs) expect(socket.of('session.closing')).toMatchObject([{ code: 'revoked' }]);
  expect((await connectRefused(second)).code).toBe('auth.invalidToken');
  await mine.barrier();
});

test('using a refresh token again after its successor closes the sockets of its session', async () => {
  const victim = await guest();
  const socket = await connect(victim);
  const { refreshToken } = (await api().call('auth.refresh', { body: { refreshToken: victim.refreshToken } })).ok(200);
  (await api().call('auth.refresh', { body: { refreshToken } })).ok(200);
  await isRefused({}, 'auth.refresh', { body: { refreshToken: victim.refreshToken } }, 'auth.invalidToken');
  await within(2000, 'the socket closes', socket.closed);
});

test('with historyForNewMembers "fromJoin", a new member sees no earlier message', async () => {
  const { owner, stranger, conversationId } = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  (await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [stranger.userId] } })).ok(200);
  const after = await say(owner, conversationId, 'from now on');
  const page = (await api(stranger).call('message.history', { params: { conversationId } })).ok(200);
  expect(page.items.map((message) => message.seq)).toEqual([after.seq]);
  expect(page.hasOlder).toBe(false);
  await isRefused(stranger, 'message.get', { params: { conversationId, seq: 1 } }, 'message.notFound');
  await isRefused(stranger, 'reaction.add', { params: { conversationId, seq: 1, emoji: '👀' } }, 'message.notFound');
  const socket = await connect(stranger);
  const { epoch } = (await api(stranger).call('conversation.get', { params: { conversationId } })).ok(200);
  const synced = await socket.ok('conversation.sync', { conversations: [{ id: conversationId, epoch, rev: 0 }] });
  expect(synced.conversations.flatMap((one) => one.messages.map((message) => message.seq))).toEqual([after.seq]);
});
