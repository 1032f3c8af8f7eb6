import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guest, guests } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { scene } from '../../support/scene.js';
import { type Cases, instead, isRefused, needsToken, refuses } from './case.js';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
const unknownCode = 'AAAAAAAAAAAAAAAAAAAAAA';

const badTerms = [
  { body: { until: 'tomorrow' } },
  { body: { until: 5 } },
  { body: { reason: '' } },
  { body: { reason: 'x'.repeat(501) } },
  { body: { reason: 'nul \0' } },
];

async function withInvite() {
  const setting = await scene({ policy: { invite: 'member' } });
  const params = { conversationId: setting.conversationId };
  const invite = (await api(setting.member).call('invite.create', { params, body: { maxUses: 5 } })).ok(201);
  return { ...setting, invite, params, target: { ...params, code: invite.code } };
}

export const moderationRouteCases = {
  'ban.list': {
    anonymous: needsToken('ban.list'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene();
      await isRefused(stranger, 'ban.list', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(member, 'ban.list', { params: { conversationId } }, 'forbidden');
    },
    invalid: refuses('ban.list', { query: { limit: 0 } }, { query: { limit: 201 } }),
    happy: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      const until = inAnHour();
      const put = async (userId: string, body: object) =>
        (await api(owner).call('ban.put', { params: { conversationId, userId }, body })).ok(200);
      const bans = [await put(member.userId, { until, reason: 'spam' }), await put(stranger.userId, {})];
      expect(bans[0]).toMatchObject({ until, reason: 'spam', bannedBy: owner.userId });
      expect(bans[1]).toMatchObject({ until: null, reason: null });
      const read = async (query: object) => (await api(owner).call('ban.list', { params: { conversationId }, query })).ok(200);
      const first = await read({ limit: 1 });
      const rest = await read({ limit: 1, cursor: present(first.nextCursor) });
      expect([...first.items, ...rest.items]).toEqual(expect.arrayContaining(bans));
      expect(rest.nextCursor).toBeNull();
      await isRefused(owner, 'ban.list', { params: { conversationId }, query: { cursor: 'garbage' } }, 'validation.failed');
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      (await api(owner).call('ban.put', { params: { conversationId, userId: member.userId }, body: {} })).ok(200);
      const read = async () => (await api(owner).call('ban.list', { params: { conversationId } })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'mute.put': {
    anonymous: needsToken('mute.put'),
    stranger: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      await isRefused(stranger, 'mute.put', { params: { conversationId, userId: member.userId } }, 'conversation.notFound');
      await isRefused(member, 'mute.put', { params: { conversationId, userId: owner.userId } }, 'forbidden');
    },
    invalid: async () => {
      await refuses('mute.put', { params: { conversationId: 'x', userId: randomUUID() } }, ...badTerms)();
      const { owner, member, stranger, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      await isRefused(owner, 'mute.put', { params, body: { until: anHourAgo() } }, 'validation.failed');
      await isRefused(owner, 'mute.put', { params: { conversationId, userId: stranger.userId } }, 'member.notFound');
      await isRefused(owner, 'mute.put', { params: { conversationId, userId: randomUUID() } }, 'user.notFound');
      await isRefused(owner, 'mute.put', { params: { conversationId, userId: owner.userId } }, 'forbidden');
    },
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const until = inAnHour();
      const params = { conversationId, userId: member.userId };
      const mute = (await api(owner).call('mute.put', { params, body: { until, reason: 'shouting' } })).ok(200);
      expect(mute).toMatchObject({ ...params, mutedBy: owner.userId, until, reason: 'shouting' });
      await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'muted' } }, 'forbidden');
      const { me } = (await api(member).call('conversation.get', { params: { conversationId } })).ok(200);
      expect(me).toMatchObject({ permissions: [], mute: { until, reason: 'shouting' } });
      const { items } = (await api(member).call('conversation.members', { params: { conversationId } })).ok(200);
      expect(items.map((one) => one.mute)).toEqual(expect.arrayContaining([{ until }, null]));
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      const put = async (body: object) => (await api(owner).call('mute.put', { params, body })).ok(200);
      const first = await put({ reason: 'one' });
      expect(await put({ reason: 'one' })).toEqual(first);
      expect(await put({ reason: 'two' })).toMatchObject({ reason: 'two', until: null });
    },
  },
  'mute.delete': {
    anonymous: needsToken('mute.delete'),
    stranger: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      await isRefused(stranger, 'mute.delete', { params: { conversationId, userId: member.userId } }, 'conversation.notFound');
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('mute.put', { params, body: {} })).ok(200);
      await isRefused(member, 'mute.delete', { params }, 'forbidden');
    },
    invalid: refuses('mute.delete', { params: { conversationId: randomUUID(), userId: 'x' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('mute.put', { params, body: {} })).ok(200);
      (await api(owner).call('mute.delete', { params })).ok(204);
      (await api(member).call('message.send', { params: { conversationId }, body: { text: 'heard again' } })).ok(201);
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('mute.put', { params, body: {} })).ok(200);
      (await api(owner).call('mute.delete', { params })).ok(204);
      (await api(owner).call('mute.delete', { params })).ok(204);
    },
  },
  'mute.list': {
    anonymous: needsToken('mute.list'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene();
      await isRefused(stranger, 'mute.list', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(member, 'mute.list', { params: { conversationId } }, 'forbidden');
    },
    invalid: refuses('mute.list', { query: { limit: 0 } }, { query: { cursor: '' } }),
    happy: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      const params = { conversationId };
      (await api(owner).call('member.add', { params, body: { userIds: [stranger.userId] } })).ok(200);
      const put = async (userId: string, body: object) =>
        (await api(owner).call('mute.put', { params: { conversationId, userId }, body })).ok(200);
      const mutes = [await put(member.userId, { until: inAnHour() }), await put(stranger.userId, { reason: 'noise' })];
      const first = (await api(owner).call('mute.list', { params, query: { limit: 1 } })).ok(200);
      const query = { limit: 1, cursor: present(first.nextCursor) };
      const rest = (await api(owner).call('mute.list', { params, query })).ok(200);
      expect([...first.items, ...rest.items]).toEqual(expect.arrayContaining(mutes));
      expect(rest.nextCursor).toBeNull();
      await isRefused(owner, 'mute.list', { params, query: { cursor: 'garbage' } }, 'validation.failed');
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      (await api(owner).call('mute.put', { params: { conversationId, userId: member.userId }, body: {} })).ok(200);
      const read = async () => (await api(owner).call('mute.list', { params: { conversationId } })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'invite.list': {
    anonymous: needsToken('invite.list'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene();
      await isRefused(stranger, 'invite.list', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(member, 'invite.list', { params: { conversationId } }, 'forbidden');
    },
    invalid: refuses('invite.list', { query: { limit: 0 } }, { query: { cursor: '' } }),
    happy: async () => {
      const { owner, member, params, invite } = await withInvite();
      const ownersInvite = (await api(owner).call('invite.create', { params, body: {} })).ok(201);
      expect((await api(member).call('invite.list', { params })).ok(200).items).toEqual([invite]);
      const first = (await api(owner).call('invite.list', { params, query: { limit: 1 } })).ok(200);
      const query = { limit: 1, cursor: present(first.nextCursor) };
      const rest = (await api(owner).call('invite.list', { params, query })).ok(200);
      expect([...first.items, ...rest.items]).toEqual(expect.arrayContaining([invite, ownersInvite]));
      expect(rest.nextCursor).toBeNull();
      await isRefused(owner, 'invite.list', { params, query: { cursor: 'garbage' } }, 'validation.failed');
    },
    repeated: async () => {
      const { owner, params } = await withInvite();
      const read = async () => (await api(owner).call('invite.list', { params })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'invite.delete': {
    anonymous: needsToken('invite.delete'),
    stranger: async () => {
      const { owner, member, stranger, params, target } = await withInvite();
      await isRefused(stranger, 'invite.delete', { params: target }, 'conversation.notFound');
      const ofOwner = (await api(owner).call('invite.create', { params, body: {} })).ok(201);
      await isRefused(member, 'invite.delete', { params: { ...params, code: ofOwner.code } }, 'forbidden');
      const elsewhere = (await scene()).conversationId;
      await isRefused(member, 'invite.delete', { params: { ...target, conversationId: elsewhere } }, 'conversation.notFound');
    },
    invalid: refuses('invite.delete', { params: { conversationId: randomUUID(), code: 'short' } }),
    happy: async () => {
      const { member, stranger, params, target } = await withInvite();
      (await api(member).call('invite.delete', { params: target })).ok(204);
      await isRefused(stranger, 'invite.accept', { params: { code: target.code } }, 'invite.notFound');
      expect((await api(member).call('invite.list', { params })).ok(200).items).toEqual([]);
    },
    repeated: async () => {
      const { owner, target } = await withInvite();
      (await api(owner).call('invite.delete', { params: target })).ok(204);
      await isRefused(owner, 'invite.delete', { params: target }, 'invite.notFound');
    },
  },
  'invite.preview': {
    anonymous: needsToken('invite.preview'),
    stranger: instead('previews are meant for strangers; an invented code is not found', async () => {
      await isRefused(await guest(), 'invite.preview', { params: { code: unknownCode } }, 'invite.notFound');
    }),
    invalid: refuses('invite.preview', { params: { code: 'short' } }),
    happy: async () => {
      const { member, stranger, conversation, conversationId, invite } = await withInvite();
      const seen = (await api(stranger).call('invite.preview', { params: { code: invite.code } })).ok(200);
      const { name, title, type } = conversation;
      expect(seen).toMatchObject({ code: invite.code, conversationId, name, title, type, memberCount: 2, inviter: member.user });
      await isRefused(stranger, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
    },
    repeated: async () => {
      const { invite } = await withInvite();
      const viewers = await guests(2);
      const read = async (index: number) =>
        (await api(itemAt(viewers, index)).call('invite.preview', { params: { code: invite.code } })).ok(200);
      expect(await read(0)).toEqual(await read(1));
    },
  },
} as const satisfies Record<string, Cases>;
