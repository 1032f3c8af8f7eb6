import type { Role } from '#contracts/conversations/schemas.js';
import { api } from '../../support/api.js';
import { guest, type Person, uniqueName } from '../../support/people.js';
import { makeConversation, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

const leave = async (who: Person, conversationId: string) =>
  (await api(who).call('conversation.leave', { params: { conversationId } })).ok(204);

async function roleOf(who: Person, conversationId: string): Promise<Role | undefined> {
  return (await api(who).call('conversation.get', { params: { conversationId } })).ok(200).me?.role;
}

test('when the last owner leaves, the member of the highest role who joined first becomes the owner, and members are informed', async () => {
  const { owner, member, stranger, conversationId } = await scene({ type: 'channel', visibility: 'public' });
  (await api(stranger).call('conversation.join', { params: { conversationId } })).ok(200);
  const params = { conversationId, userId: stranger.userId };
  (await api(owner).call('member.patch', { params, body: { role: 'moderator' } })).ok(200);
  const socket = await connect(member);
  await leave(owner, conversationId);
  expect(await roleOf(stranger, conversationId)).toBe('owner');
  await socket.waitFor('member.updated', ({ member: one }) => one.userId === stranger.userId && one.role === 'owner');
  const other = { conversationId, userId: member.userId };
  (await api(stranger).call('conversation.patch', { params: { conversationId }, body: { title: 'Still alive' } })).ok(200);
  await leave(stranger, conversationId);
  expect(await roleOf(member, conversationId)).toBe('owner');
  await isRefused(member, 'member.patch', { params: other, body: { role: 'member' } }, 'forbidden');
});

test('when the last member leaves, the conversation ends and its name is free', async () => {
  const owner = await guest();
  const name = uniqueName('short-lived');
  const settings = { type: 'channel', visibility: 'public', name } as const;
  const { id: conversationId } = await makeConversation(owner, [], settings);
  const invite = (await api(owner).call('invite.create', { params: { conversationId }, body: {} })).ok(201);
  await leave(owner, conversationId);
  const other = await guest();
  await isRefused(other, 'conversation.join', { params: { conversationId } }, 'conversation.notFound');
  await isRefused(other, 'conversation.byName', { params: { name } }, 'conversation.notFound');
  await isRefused(other, 'invite.accept', { params: { code: invite.code } }, 'invite.notFound');
  expect((await makeConversation(other, [], settings)).name).toBe(name);
});

test('when all members leave at once, none of them is left behind in a conversation without an owner', async () => {
  const { owner, member, stranger, conversationId } = await scene({ type: 'channel', visibility: 'public' });
  (await api(stranger).call('conversation.join', { params: { conversationId } })).ok(200);
  await Promise.all([owner, member, stranger].map((who) => leave(who, conversationId)));
  await isRefused(owner, 'conversation.join', { params: { conversationId } }, 'conversation.notFound');
});
