import { api } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { guest, uniqueName } from '../../support/people.js';
import { say, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

async function lobbyOf(person: Awaited<ReturnType<typeof guest>>) {
  return (await api(person).call('conversation.byName', { params: { name: 'lobby' } })).ok(200);
}

test('an operator moderates the lobby: deletes a message, mutes, bans and appoints a moderator', async () => {
  const operator = api(await loginOperator());
  const [loud, helper] = [await guest(), await guest()];
  const { id: conversationId } = await lobbyOf(loud);
  const params = { conversationId };
  const { seq } = await say(loud, conversationId, 'unwanted');
  const socket = await connect(helper);
  expect((await operator.call('admin.messageDelete', { params: { ...params, seq } })).ok(200)).toMatchObject({ seq, text: null });
  await socket.waitFor('message.deleted', (payload) => payload.conversationId === conversationId && payload.seq === seq);
  const ofLoud = { ...params, userId: loud.userId };
  const mute = (await operator.call('admin.mutePut', { params: ofLoud, body: { reason: 'unwanted' } })).ok(200);
  expect(mute).toMatchObject({ mutedBy: null, reason: 'unwanted' });
  await isRefused(loud, 'message.send', { params, body: { text: 'no' } }, 'forbidden');
  const ofHelper = { ...params, userId: helper.userId };
  expect((await operator.call('admin.memberPatch', { params: ofHelper, body: { role: 'moderator' } })).ok(200).role).toBe('moderator');
  await isRefused(helper, 'mute.delete', { params: ofLoud }, 'forbidden');
  (await operator.call('admin.muteDelete', { params: ofLoud })).ok(204);
  await say(loud, conversationId, 'heard again');
  (await operator.call('admin.banPut', { params: ofLoud, body: {} })).ok(200);
  await isRefused(loud, 'message.send', { params, body: { text: 'no' } }, 'conversation.notFound');
  await isRefused(loud, 'conversation.join', { params }, 'forbidden');
  await isRefused(helper, 'ban.delete', { params: ofLoud }, 'forbidden');
  (await operator.call('admin.banDelete', { params: ofLoud })).ok(204);
  (await api(loud).call('conversation.join', { params })).ok(200);
  const login = await loginOperator();
  await isRefused(login, 'admin.memberPatch', { params: ofHelper, body: { role: 'owner' } }, 'forbidden');
  await isRefused(login, 'admin.conversationDelete', { params }, 'forbidden');
  await isRefused(login, 'admin.conversationPatch', { params, body: { visibility: 'private' } }, 'forbidden');
});

test('what operators read and do is recorded with who, what, where and how it ended, and without any text', async () => {
  const login = await loginOperator();
  const operator = api(login);
  const { owner, member, conversationId } = await scene();
  const params = { conversationId };
  const secret = uniqueName('secret');
  await say(owner, conversationId, secret);
  expect((await operator.call('admin.messages', { params })).ok(200).items).toHaveLength(2);
  (await operator.call('admin.members', { params })).ok(200);
  (await operator.call('admin.mutePut', { params: { ...params, userId: member.userId }, body: { reason: secret } })).ok(200);
  await isRefused(login, 'admin.messageDelete', { params: { ...params, seq: 99 } }, 'message.notFound');
  const page = (await operator.call('admin.audit', { query: { conversationId } })).ok(200);
  expect(page.items.map(({ action, outcome, seq, userId }) => ({ action, outcome, seq, userId }))).toEqual([
    { action: 'admin.messageDelete', outcome: 'message.notFound', seq: 99, userId: null },
    { action: 'admin.mutePut', outcome: 'ok', seq: null, userId: member.userId },
    { action: 'admin.members', outcome: 'ok', seq: null, userId: null },
    { action: 'admin.messages', outcome: 'ok', seq: null, userId: null },
  ]);
  expect(page.items.every((entry) => entry.operator !== '' && entry.address !== '' && entry.conversationId === conversationId)).toBe(true);
  expect(JSON.stringify(page)).not.toContain(secret);
  const first = (await operator.call('admin.audit', { query: { conversationId, limit: 3 } })).ok(200);
  const query = { conversationId, limit: 3, cursor: first.nextCursor ?? '' };
  expect([...first.items, ...(await operator.call('admin.audit', { query })).ok(200).items]).toEqual(page.items);
});

test('an operator who reads a conversation leaves no receipts and is no member', async () => {
  const operator = api(await loginOperator());
  const { owner, conversationId } = await scene();
  const params = { conversationId };
  (await operator.call('admin.messages', { params })).ok(200);
  expect((await operator.call('admin.conversation', { params })).ok(200)).toMatchObject({ id: conversationId, me: null, memberCount: 2 });
  expect((await api(owner).call('conversation.members', { params })).ok(200).items).toHaveLength(2);
});

test('when an operator removes, bans or demotes the last owner, the longest-standing member becomes the owner', async () => {
  const operator = api(await loginOperator());
  for (const act of ['remove', 'ban', 'demote'] as const) {
    const { owner, member, conversationId } = await scene();
    const params = { conversationId, userId: owner.userId };
    if (act === 'remove') (await operator.call('admin.memberRemove', { params })).ok(204);
    if (act === 'ban') (await operator.call('admin.banPut', { params, body: {} })).ok(200);
    if (act === 'demote') (await operator.call('admin.memberPatch', { params, body: { role: 'readonly' } })).ok(200);
    expect((await api(member).call('conversation.get', { params: { conversationId } })).ok(200).me?.role).toBe('owner');
  }
});

test('users cannot reach the operators’ routes, whatever their role in a conversation', async () => {
  const { owner, conversationId } = await scene();
  const params = { conversationId };
  await isRefused(owner, 'admin.messages', { params }, 'auth.invalidToken');
  await isRefused(owner, 'admin.audit', {}, 'auth.invalidToken');
  await isRefused({}, 'admin.conversationDelete', { params }, 'auth.required');
});
