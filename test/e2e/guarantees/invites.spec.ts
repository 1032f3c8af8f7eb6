import type { Conversation } from '#contracts/conversations/schemas.js';
import { api } from '../../support/api.js';
import { guest, type Person } from '../../support/people.js';
import { scene, type Scene } from '../../support/scene.js';
import { isRefused } from '../cases/case.js';

interface Setting extends Scene {
  /** The code of an invite that `member` created; the policy allows members to invite. */
  readonly code: string;
}

async function setUp(settings: Partial<Pick<Conversation, 'visibility'>> = {}): Promise<Setting> {
  const setting = await scene({ policy: { invite: 'member' }, ...settings });
  const { member, conversationId } = setting;
  const { code } = (await api(member).call('invite.create', { params: { conversationId }, body: {} })).ok(201);
  return { ...setting, code };
}

async function cannotBeUsed(code: string, by: Person): Promise<void> {
  const unknown = (await api(by).raw('invite.preview', { params: { code: 'AAAAAAAAAAAAAAAAAAAAAA' } })).problem('invite.notFound');
  const seen = (await api(by).raw('invite.preview', { params: { code } })).problem('invite.notFound');
  expect({ ...seen, requestId: '' }).toEqual({ ...unknown, requestId: '' });
  await isRefused(by, 'invite.accept', { params: { code } }, 'invite.notFound');
}

const memberParams = ({ member, conversationId }: Setting) => ({ conversationId, userId: member.userId });

const losses: ReadonlyArray<[string, (setting: Setting) => Promise<unknown>]> = [
  ['was removed', async (setting) => (await api(setting.owner).call('member.remove', { params: memberParams(setting) })).ok(204)],
  ['left', async ({ member, conversationId }) => (await api(member).call('conversation.leave', { params: { conversationId } })).ok(204)],
  [
    'was demoted',
    async (setting) =>
      (await api(setting.owner).call('member.patch', { params: memberParams(setting), body: { role: 'readonly' } })).ok(200),
  ],
  [
    'lost the right to invite by a new policy',
    async ({ owner, conversationId }) =>
      (await api(owner).call('conversation.patch', { params: { conversationId }, body: { policy: { invite: 'admin' } } })).ok(200),
  ],
];

test.each(losses)('an invite cannot be used once its creator %s, and looks as if it never existed', async (_, lose) => {
  const setting = await setUp();
  await lose(setting);
  await cannotBeUsed(setting.code, setting.stranger);
  const params = { conversationId: setting.conversationId };
  expect((await api(setting.owner).call('invite.list', { params })).ok(200).items).toMatchObject([{ code: setting.code, isActive: false }]);
});

test('an invite cannot be used once its creator is banned, least of all by the creator', async () => {
  const setting = await setUp();
  (await api(setting.owner).call('ban.put', { params: memberParams(setting), body: {} })).ok(200);
  await cannotBeUsed(setting.code, setting.stranger);
  await cannotBeUsed(setting.code, setting.member);
});

test('a removed member cannot return with an invite of their own', async () => {
  const setting = await setUp();
  (await api(setting.owner).call('member.remove', { params: memberParams(setting) })).ok(204);
  await cannotBeUsed(setting.code, setting.member);
});

test('an invite can be used again once its creator has their rights back', async () => {
  const setting = await setUp();
  const patch = async (role: 'readonly' | 'member') =>
    (await api(setting.owner).call('member.patch', { params: memberParams(setting), body: { role } })).ok(200);
  await patch('readonly');
  await cannotBeUsed(setting.code, setting.stranger);
  await patch('member');
  (await api(setting.stranger).call('invite.accept', { params: { code: setting.code } })).ok(200);
});

test('a revoked, an expired by use and an unknown invite look the same to a stranger', async () => {
  const { owner, stranger, conversationId } = await setUp();
  const params = { conversationId };
  const create = async (body: object) => (await api(owner).call('invite.create', { params, body })).ok(201).code;
  const [revoked, used] = [await create({}), await create({ maxUses: 1 })];
  (await api(owner).call('invite.delete', { params: { conversationId, code: revoked } })).ok(204);
  (await api(await guest()).call('invite.accept', { params: { code: used } })).ok(200);
  await cannotBeUsed(revoked, stranger);
  await cannotBeUsed(used, stranger);
});

test('a preview shows the conversation and the inviter, uses up nothing and makes no user a member', async () => {
  const { owner, stranger, conversationId, conversation } = await setUp();
  const { code } = (await api(owner).call('invite.create', { params: { conversationId }, body: { maxUses: 1 } })).ok(201);
  for (let times = 0; times < 3; times += 1) {
    const seen = (await api(stranger).call('invite.preview', { params: { code } })).ok(200);
    expect(seen).toMatchObject({ type: conversation.type, name: conversation.name, memberCount: 2, inviter: owner.user });
  }
  await isRefused(stranger, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
  (await api(stranger).call('invite.accept', { params: { code } })).ok(200);
});

test('a repeated acceptance after a lost response is recognised, also when it used up the invite', async () => {
  const { owner, stranger, conversationId } = await setUp();
  const { code } = (await api(owner).call('invite.create', { params: { conversationId }, body: { maxUses: 1 } })).ok(201);
  (await api(stranger).call('invite.accept', { params: { code } })).ok(200);
  await isRefused(stranger, 'invite.accept', { params: { code } }, 'member.alreadyMember');
});

test('members see and revoke only their own invites, moderators all of them', async () => {
  const setting = await setUp();
  const { owner, member, conversationId, code } = setting;
  const params = { conversationId };
  const ofOwner = (await api(owner).call('invite.create', { params, body: {} })).ok(201).code;
  const codes = async (who: Person) => (await api(who).call('invite.list', { params })).ok(200).items.map((one) => one.code);
  expect(await codes(member)).toEqual([code]);
  expect((await codes(owner)).sort()).toEqual([code, ofOwner].sort());
  await isRefused(member, 'invite.delete', { params: { ...params, code: ofOwner } }, 'forbidden');
  (await api(owner).call('invite.delete', { params: { ...params, code } })).ok(204);
  await cannotBeUsed(code, setting.stranger);
});
