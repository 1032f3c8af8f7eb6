import { api } from '../../support/api.js';
import { account, guest, password, person, type Person } from '../../support/people.js';
import { say, scene, type Scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';
import { isRefused } from '../cases/case.js';

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const openChannel = () => scene({ type: 'channel', visibility: 'public' });

async function setRole({ owner, conversationId }: Scene, { userId }: Person, role: 'readonly' | 'moderator' | 'admin'): Promise<void> {
  (await api(owner).call('member.patch', { params: { conversationId, userId }, body: { role } })).ok(200);
}

const leave = async (who: Person, conversationId: string) =>
  (await api(who).call('conversation.leave', { params: { conversationId } })).ok(204);
const join = async (who: Person, conversationId: string) =>
  (await api(who).call('conversation.join', { params: { conversationId } })).ok(200);

/** The member can neither send, edit, react, pin nor type, over REST and sockets; their own message is `seq`. */
async function isSilent(member: Person, conversationId: string, seq: number): Promise<void> {
  const one = { conversationId, seq };
  await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'no' } }, 'forbidden');
  await isRefused(
    member,
    'message.sendBatch',
    { params: { conversationId }, body: { messages: [{ text: 'no', clientId: crypto.randomUUID() }] } },
    'forbidden',
  );
  await isRefused(member, 'message.edit', { params: one, body: { text: 'no' } }, 'forbidden');
  await isRefused(member, 'reaction.add', { params: { ...one, emoji: '👍' } }, 'forbidden');
  await isRefused(member, 'pin.put', { params: one }, 'forbidden');
  const socket = await connect(member);
  await socket.fails('message.send', { conversationId, clientId: crypto.randomUUID(), text: 'no' }, 'forbidden');
  await socket.fails('message.edit', { ...one, text: 'no' }, 'forbidden');
  await socket.fails('typing.start', { conversationId }, 'forbidden');
  socket.close();
}

test('a member who was restricted to reading still is after leaving and joining again, in every way there is', async () => {
  const setting = await openChannel();
  const { owner, member, conversationId } = setting;
  await setRole(setting, member, 'readonly');
  const invite = (await api(owner).call('invite.create', { params: { conversationId }, body: {} })).ok(201);
  await leave(member, conversationId);
  const joined = await join(member, conversationId);
  expect(joined.me).toMatchObject({ role: 'readonly', permissions: [] });
  await leave(member, conversationId);
  const accepted = (await api(member).call('invite.accept', { params: { code: invite.code } })).ok(200);
  expect(accepted.me?.role).toBe('readonly');
  (await api(owner).call('member.remove', { params: { conversationId, userId: member.userId } })).ok(204);
  const socket = await connect(member);
  expect((await socket.ok('conversation.join', { conversationId })).me?.role).toBe('readonly');
  await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'no' } }, 'forbidden');
  const { items } = (await api(owner).call('conversation.members', { params: { conversationId } })).ok(200);
  expect(items.find((one) => one.userId === member.userId)?.role).toBe('readonly');
});

test('another member cannot lift a restriction by adding the restricted user again, an admin can by naming a role', async () => {
  const setting = await scene({ type: 'channel', visibility: 'private', policy: { invite: 'member' } });
  const { owner, member, stranger, conversationId } = setting;
  const params = { conversationId };
  (await api(owner).call('member.add', { params, body: { userIds: [stranger.userId], role: 'readonly' } })).ok(200);
  await leave(stranger, conversationId);
  const add = async (by: Person, body: object) =>
    (await api(by).call('member.add', { params, body: { userIds: [stranger.userId], ...body } })).ok(200).items;
  expect(await add(member, { role: 'member' })).toMatchObject([{ role: 'readonly' }]);
  await leave(stranger, conversationId);
  expect(await add(owner, {})).toMatchObject([{ role: 'readonly' }]);
  await leave(stranger, conversationId);
  expect(await add(owner, { role: 'member' })).toMatchObject([{ role: 'member' }]);
});

test('a muted member can read but not send, edit, react, pin or type', async () => {
  const { owner, member, conversationId } = await scene({ policy: { pin: 'member' } });
  const { seq } = await say(member, conversationId, 'before the mute');
  (await api(owner).call('mute.put', { params: { conversationId, userId: member.userId }, body: { reason: 'shouting' } })).ok(200);
  await isSilent(member, conversationId, seq);
  const refusal = (await api(member).raw('message.send', { params: { conversationId }, body: { text: 'no' } })).problem('forbidden');
  expect(refusal.detail).toContain('shouting');
  expect((await api(member).call('message.history', { params: { conversationId } })).ok(200).items).toHaveLength(2);
  (await api(member).call('message.delete', { params: { conversationId, seq } })).ok(200);
});

test('a mute survives leaving and joining again, and is listed and lifted while the user is away', async () => {
  const { owner, member, conversationId } = await openChannel();
  const params = { conversationId, userId: member.userId };
  const { seq } = await say(member, conversationId, 'before');
  const mute = (await api(owner).call('mute.put', { params, body: {} })).ok(200);
  await leave(member, conversationId);
  expect((await api(owner).call('mute.list', { params: { conversationId } })).ok(200).items).toEqual([mute]);
  expect((await join(member, conversationId)).me).toMatchObject({ permissions: [], mute: { until: null, reason: null } });
  await isSilent(member, conversationId, seq);
  await leave(member, conversationId);
  (await api(owner).call('mute.delete', { params })).ok(204);
  expect((await join(member, conversationId)).me?.mute).toBeNull();
  await say(member, conversationId, 'after');
});

test('a mute ends by itself at its time', async () => {
  const { owner, member, conversationId } = await scene();
  const params = { conversationId, userId: member.userId };
  const end = Date.now() + 1500;
  (await api(owner).call('mute.put', { params, body: { until: new Date(end).toISOString() } })).ok(200);
  const send = async () => (await api(member).raw('message.send', { params: { conversationId }, body: { text: 'now?' } })).status;
  expect(await send()).toBe(403);
  await until('the member can send', async () => (await send()) === 201);
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  expect((await api(owner).call('mute.list', { params: { conversationId } })).ok(200).items).toEqual([]);
  expect((await api(member).call('conversation.get', { params: { conversationId } })).ok(200).me).toMatchObject({
    mute: null,
    permissions: ['post'],
  });
});

test('all members are informed when a member is muted and unmuted, live and by catch-up, but not of the reason', async () => {
  const { owner, member, stranger, conversationId } = await scene();
  const sockets = [await connect(owner), await connect(member)];
  const outsider = await connect(stranger);
  const { epoch, rev } = (await api(owner).call('conversation.get', { params: { conversationId } })).ok(200);
  const params = { conversationId, userId: member.userId };
  const end = inMs(3_600_000);
  (await api(owner).call('mute.put', { params, body: { until: end, reason: 'a private reason' } })).ok(200);
  for (const socket of sockets) {
    const event = await socket.waitFor('member.updated', (payload) => payload.conversationId === conversationId);
    expect(event).toMatchObject({ rev: rev + 1, member: { userId: member.userId, role: 'member', mute: { until: end } } });
    expect(JSON.stringify(event)).not.toContain('a private reason');
  }
  const sync = async () => (await api(owner).call('sync.post', { body: { conversations: [{ id: conversationId, epoch, rev }] } })).ok(200);
  expect((await sync()).conversations[0]?.members).toMatchObject([{ userId: member.userId, mute: { until: end } }]);
  (await api(owner).call('mute.delete', { params })).ok(204);
  for (const socket of sockets) {
    await socket.waitFor('member.updated', (payload) => payload.rev === rev + 2 && payload.member.mute === null);
  }
  expect((await sync()).conversations[0]?.members).toMatchObject([{ userId: member.userId, mute: null }]);
  await outsider.barrier();
  expect(outsider.of('member.updated')).toEqual([]);
});

test('a ban ends by itself at its time, and keeps the user out by every way until then', async () => {
  const { owner, member, conversationId } = await openChannel();
  const params = { conversationId, userId: member.userId };
  const invite = (await api(owner).call('invite.create', { params: { conversationId }, body: {} })).ok(201);
  const end = Date.now() + 1500;
  const body = { until: new Date(end).toISOString(), reason: 'advertising' };
  (await api(owner).call('ban.put', { params, body })).ok(200);
  const refusal = (await api(member).raw('conversation.join', { params: { conversationId } })).problem('forbidden');
  expect(refusal.detail).toContain('advertising');
  await isRefused(member, 'invite.accept', { params: { code: invite.code } }, 'forbidden');
  await isRefused(member, 'invite.preview', { params: { code: invite.code } }, 'forbidden');
  await isRefused(owner, 'member.add', { params: { conversationId }, body: { userIds: [member.userId] } }, 'forbidden');
  await until('the user can join', async () => (await api(member).raw('conversation.join', { params: { conversationId } })).status === 200);
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  expect((await api(owner).call('ban.list', { params: { conversationId } })).ok(200).items).toEqual([]);
});

test('a second ban replaces the terms of the first, and a banned user who returns in time is banned on new terms', async () => {
  const { owner, member, conversationId } = await openChannel();
  const params = { conversationId, userId: member.userId };
  const put = async (body: object) => (await api(owner).call('ban.put', { params, body })).ok(200);
  const first = await put({ reason: 'one' });
  expect(await put({ reason: 'one' })).toEqual(first);
  const second = await put({ reason: 'two', until: inMs(3_600_000) });
  expect(second).toMatchObject({ reason: 'two' });
  expect((await api(owner).call('ban.list', { params: { conversationId } })).ok(200).items).toEqual([second]);
  await isRefused(owner, 'ban.put', { params, body: { until: inMs(-1000) } }, 'validation.failed');
  (await api(owner).call('ban.delete', { params })).ok(204);
  await join(member, conversationId);
  expect(await put({ reason: 'three' })).toMatchObject({ reason: 'three', until: null });
  await isRefused(member, 'conversation.join', { params: { conversationId } }, 'forbidden');
});

test('moderators have no power over members of their own rank, and cannot lift their own mute', async () => {
  const setting = await openChannel();
  const { owner, member, conversationId } = setting;
  const other = await guest();
  await join(other, conversationId);
  await setRole(setting, member, 'moderator');
  await setRole(setting, other, 'moderator');
  const mine = { conversationId, userId: member.userId };
  await isRefused(member, 'mute.put', { params: { conversationId, userId: other.userId } }, 'forbidden');
  await isRefused(member, 'mute.put', { params: { conversationId, userId: owner.userId } }, 'forbidden');
  (await api(owner).call('mute.put', { params: mine, body: {} })).ok(200);
  await isRefused(member, 'mute.delete', { params: mine }, 'forbidden');
  await isRefused(other, 'mute.delete', { params: mine }, 'forbidden');
  (await api(owner).call('mute.delete', { params: mine })).ok(204);
});

test('a mute holds in every session of the member, also in one that is opened later', async () => {
  const { owner, conversationId } = await openChannel();
  const first = await account();
  await join(first, conversationId);
  const open = await connect(first);
  (await api(owner).call('mute.put', { params: { conversationId, userId: first.userId }, body: {} })).ok(200);
  await open.fails('message.send', { conversationId, clientId: crypto.randomUUID(), text: 'no' }, 'forbidden');
  const second = person((await api().call('auth.login', { body: { username: first.username, password } })).ok(200));
  await isRefused(second, 'message.send', { params: { conversationId }, body: { text: 'no' } }, 'forbidden');
});
