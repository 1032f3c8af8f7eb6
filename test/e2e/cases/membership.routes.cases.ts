import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guest } from '../../support/people.js';
import { present } from '../../support/present.js';
import { scene } from '../../support/scene.js';
import { type Cases, instead, isRefused, needsToken, refuses } from './case.js';

const openChannel = () => scene({ type: 'channel', visibility: 'public' });

export const membershipRouteCases = {
  'conversation.join': {
    anonymous: needsToken('conversation.join'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(stranger, 'conversation.join', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(stranger, 'conversation.join', { params: { conversationId: randomUUID() } }, 'conversation.notFound');
    },
    invalid: refuses('conversation.join', { params: { conversationId: 'lobby' } }),
    happy: async () => {
      const { stranger, conversationId } = await openChannel();
      const joined = (await api(stranger).call('conversation.join', { params: { conversationId } })).ok(200);
      expect(joined).toMatchObject({ id: conversationId, memberCount: 3, me: { role: 'member' } });
      expect((await api(stranger).call('message.history', { params: { conversationId } })).ok(200).items).toHaveLength(1);
    },
    repeated: async () => {
      const { stranger, conversationId } = await openChannel();
      (await api(stranger).call('conversation.join', { params: { conversationId } })).ok(200);
      await isRefused(stranger, 'conversation.join', { params: { conversationId } }, 'member.alreadyMember');
    },
  },
  'conversation.leave': {
    anonymous: needsToken('conversation.leave'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(stranger, 'conversation.leave', { params: { conversationId } }, 'conversation.notFound');
    },
    invalid: refuses('conversation.leave', { params: { conversationId: 'x' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      (await api(member).call('conversation.leave', { params: { conversationId } })).ok(204);
      await isRefused(member, 'message.history', { params: { conversationId } }, 'conversation.notFound');
      expect((await api(owner).call('conversation.get', { params: { conversationId } })).ok(200).memberCount).toBe(1);
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      (await api(member).call('conversation.leave', { params: { conversationId } })).ok(204);
      await isRefused(member, 'conversation.leave', { params: { conversationId } }, 'conversation.notFound');
    },
  },
  'conversation.members': {
    anonymous: needsToken('conversation.members'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(stranger, 'conversation.members', { params: { conversationId } }, 'conversation.notFound');
    },
    invalid: refuses('conversation.members', { query: { limit: 201 } }, { query: { limit: '1,5' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const first = (await api(member).call('conversation.members', { params: { conversationId }, query: { limit: 1 } })).ok(200);
      const query = { limit: 1, cursor: present(first.nextCursor) };
      const rest = (await api(member).call('conversation.members', { params: { conversationId }, query })).ok(200);
      expect(rest.nextCursor).toBeNull();
      await isRefused(member, 'conversation.members', { params: { conversationId }, query: { cursor: 'garbage' } }, 'validation.failed');
      const roles = Object.fromEntries([...first.items, ...rest.items].map((item) => [item.userId, item.role]));
      expect(roles).toEqual({ [owner.userId]: 'owner', [member.userId]: 'member' });
    },
    repeated: async () => {
      const { member, conversationId } = await scene();
      const read = async () => (await api(member).call('conversation.members', { params: { conversationId } })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'member.add': {
    anonymous: needsToken('member.add'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene({ policy: { invite: 'admin' } });
      const input = { params: { conversationId }, body: { userIds: [stranger.userId] } };
      await isRefused(stranger, 'member.add', input, 'conversation.notFound');
      await isRefused(member, 'member.add', input, 'forbidden');
    },
    invalid: refuses(
      'member.add',
      { body: { userIds: [] } },
      { body: { userIds: ['x'] } },
      { body: { userIds: [randomUUID()], role: 'owner' } },
    ),
    happy: async () => {
      const { owner, stranger, conversationId } = await scene();
      const added = (
        await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [stranger.userId], role: 'readonly' } })
      ).ok(200);
      expect(added.items).toMatchObject([{ userId: stranger.userId, role: 'readonly' }]);
      await isRefused(stranger, 'message.send', { params: { conversationId }, body: { text: 'may not' } }, 'forbidden');
      await isRefused(owner, 'member.add', { params: { conversationId }, body: { userIds: [randomUUID()] } }, 'user.notFound');
    },
    repeated: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      const body = { userIds: [stranger.userId, member.userId] };
      (await api(owner).call('member.add', { params: { conversationId }, body })).ok(200);
      const again = await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [member.userId] } });
      if (again.status !== 200) again.problem('member.alreadyMember');
      expect((await api(owner).call('conversation.get', { params: { conversationId } })).ok(200).memberCount).toBe(3);
    },
  },
  'member.patch': {
    anonymous: needsToken('member.patch'),
    stranger: async () => {
      const { owner, stranger, member, conversationId } = await scene();
      const input = { params: { conversationId, userId: owner.userId }, body: { role: 'readonly' } };
      await isRefused(stranger, 'member.patch', input, 'conversation.notFound');
      await isRefused(member, 'member.patch', input, 'forbidden');
      await isRefused(member, 'member.patch', { params: { conversationId, userId: member.userId }, body: { role: 'owner' } }, 'forbidden');
    },
    invalid: refuses(
      'member.patch',
      { body: { role: 'god' } },
      { body: {} },
      { params: { conversationId: randomUUID(), userId: '1' }, body: { role: 'member' } },
    ),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      expect((await api(owner).call('member.patch', { params, body: { role: 'readonly' } })).ok(200)).toMatchObject({
        userId: member.userId,
        role: 'readonly',
      });
      await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'muted' } }, 'forbidden');
      (await api(owner).call('member.patch', { params, body: { role: 'member' } })).ok(200);
      (await api(member).call('message.send', { params: { conversationId }, body: { text: 'heard' } })).ok(201);
    },
    repeated: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      const input = { params: { conversationId, userId: member.userId }, body: { role: 'admin' as const } };
      const first = (await api(owner).call('member.patch', input)).ok(200);
      expect((await api(owner).call('member.patch', input)).ok(200)).toEqual(first);
      await isRefused(
        owner,
        'member.patch',
        { params: { conversationId, userId: stranger.userId }, body: { role: 'admin' } },
        'member.notFound',
      );
    },
  },
  'member.remove': {
    anonymous: needsToken('member.remove'),
    stranger: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      await isRefused(stranger, 'member.remove', { params: { conversationId, userId: member.userId } }, 'conversation.notFound');
      await isRefused(member, 'member.remove', { params: { conversationId, userId: owner.userId } }, 'forbidden');
    },
    invalid: refuses('member.remove', { params: { conversationId: randomUUID(), userId: 'someone' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      (await api(owner).call('member.remove', { params: { conversationId, userId: member.userId } })).ok(204);
      await isRefused(member, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(member, 'message.send', { params: { conversationId }, body: { text: 'ghost' } }, 'conversation.notFound');
    },
    repeated: async () => {
      const { owner, member, conversationId } = await scene();
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('member.remove', { params })).ok(204);
      await isRefused(owner, 'member.remove', { params }, 'member.notFound');
    },
  },
  'ban.put': {
    anonymous: needsToken('ban.put'),
    stranger: async () => {
      const { owner, member, stranger, conversationId } = await scene();
      await isRefused(stranger, 'ban.put', { params: { conversationId, userId: member.userId } }, 'conversation.notFound');
      await isRefused(member, 'ban.put', { params: { conversationId, userId: owner.userId } }, 'forbidden');
    },
    invalid: refuses('ban.put', { params: { conversationId: 'x', userId: randomUUID() } }),
    happy: async () => {
      const { owner, member, conversationId } = await openChannel();
      const ban = (await api(owner).call('ban.put', { params: { conversationId, userId: member.userId }, body: {} })).ok(200);
      expect(ban).toMatchObject({ conversationId, userId: member.userId, bannedBy: owner.userId });
      await isRefused(member, 'message.history', { params: { conversationId } }, 'conversation.notFound');
      expect((await api(member).call('conversation.join', { params: { conversationId } })).status).toBeGreaterThanOrEqual(403);
    },
    repeated: async () => {
      const { owner, stranger, conversationId } = await openChannel();
      const params = { conversationId, userId: stranger.userId };
      const first = (await api(owner).call('ban.put', { params, body: {} })).ok(200);
      expect((await api(owner).call('ban.put', { params, body: {} })).ok(200)).toEqual(first);
    },
  },
  'ban.delete': {
    anonymous: needsToken('ban.delete'),
    stranger: async () => {
      const { member, stranger, conversationId } = await scene();
      await isRefused(stranger, 'ban.delete', { params: { conversationId, userId: member.userId } }, 'conversation.notFound');
      await isRefused(member, 'ban.delete', { params: { conversationId, userId: stranger.userId } }, 'forbidden');
    },
    invalid: refuses('ban.delete', { params: { conversationId: 'x', userId: randomUUID() } }),
    happy: async () => {
      const { owner, member, conversationId } = await openChannel();
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('ban.put', { params, body: {} })).ok(200);
      (await api(owner).call('ban.delete', { params })).ok(204);
      (await api(member).call('conversation.join', { params: { conversationId } })).ok(200);
    },
    repeated: async () => {
      const { owner, member, conversationId } = await openChannel();
      const params = { conversationId, userId: member.userId };
      (await api(owner).call('ban.put', { params, body: {} })).ok(200);
      (await api(owner).call('ban.delete', { params })).ok(204);
      (await api(owner).call('ban.delete', { params })).ok(204);
    },
  },
  'invite.create': {
    anonymous: needsToken('invite.create'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene({ policy: { invite: 'admin' } });
      await isRefused(stranger, 'invite.create', { params: { conversationId }, body: {} }, 'conversation.notFound');
      await isRefused(member, 'invite.create', { params: { conversationId }, body: {} }, 'forbidden');
    },
    invalid: refuses('invite.create', { body: { maxUses: 0 } }, { body: { expiresInSeconds: 1 } }),
    happy: async () => {
      const { owner, conversationId } = await scene();
      const invite = (
        await api(owner).call('invite.create', { params: { conversationId }, body: { maxUses: 3, expiresInSeconds: 3600 } })
      ).ok(201);
      expect(invite).toMatchObject({ conversationId, createdBy: owner.userId, maxUses: 3, uses: 0 });
      expect(Date.parse(present(invite.expiresAt)) - Date.parse(invite.createdAt)).toBe(3_600_000);
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const make = async () => (await api(owner).call('invite.create', { params: { conversationId }, body: {} })).ok(201).code;
      expect(await make()).not.toBe(await make());
    },
  },
  'invite.accept': {
    anonymous: needsToken('invite.accept'),
    stranger: instead('invites are meant for strangers; an invented code is not found', async () => {
      await isRefused(await guest(), 'invite.accept', { params: { code: 'AAAAAAAAAAAAAAAAAAAAAA' } }, 'invite.notFound');
    }),
    invalid: refuses('invite.accept', { params: { code: 'short' } }, { params: { code: '!'.repeat(20) } }),
    happy: async () => {
      const { owner, stranger, conversationId } = await scene();
      const { code } = (await api(owner).call('invite.create', { params: { conversationId }, body: { maxUses: 1 } })).ok(201);
      expect((await api(stranger).call('invite.accept', { params: { code } })).ok(200)).toMatchObject({
        id: conversationId,
        memberCount: 3,
        me: { role: 'member' },
      });
      await isRefused(await guest(), 'invite.accept', { params: { code } }, 'invite.notFound');
    },
    repeated: async () => {
      const { owner, stranger, conversationId } = await scene();
      const { code } = (await api(owner).call('invite.create', { params: { conversationId }, body: {} })).ok(201);
      (await api(stranger).call('invite.accept', { params: { code } })).ok(200);
      await isRefused(stranger, 'invite.accept', { params: { code } }, 'member.alreadyMember');
    },
  },
} as const satisfies Record<string, Cases>;
