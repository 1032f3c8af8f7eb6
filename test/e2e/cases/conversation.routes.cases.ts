import { api } from '../../support/api.js';
import { guest, guests, uniqueName } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { makeConversation, say, scene } from '../../support/scene.js';
import { type Cases, instead, isRefused, needsToken, refuses, anyUser } from './case.js';

const unknownName = 'no-such-conversation-name';

export const conversationRouteCases = {
  'conversation.create': {
    anonymous: needsToken('conversation.create'),
    stranger: instead('any user may create conversations; only the named users are members', async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(stranger, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
    }),
    invalid: refuses(
      'conversation.create',
      { body: { type: 'room' } },
      { body: { type: 'direct' } },
      { body: { type: 'direct', memberIds: [], name: 'x' } },
      { body: { type: 'group', memberIds: ['ada'] } },
      { body: { type: 'group', title: 'nul \0' } },
      { body: { type: 'channel', name: 'With Space' } },
      { body: { type: 'group', policy: { post: 'king' } } },
      { body: { type: 'group', policy: { unknown: 1 } } },
    ),
    happy: async () => {
      const [owner, other] = await two();
      const name = uniqueName('channel');
      const body = {
        type: 'channel' as const,
        name: name.toUpperCase(),
        title: 'Naïve Kanal ☕',
        memberIds: [other.userId],
        visibility: 'public' as const,
        policy: { post: 'moderator' as const },
        metadata: { a: [1] },
      };
      const made = (await api(owner).call('conversation.create', { body })).ok(201);
      expect(made).toMatchObject({
        type: 'channel',
        name,
        title: body.title,
        visibility: 'public',
        memberCount: 2,
        createdBy: owner.userId,
        metadata: body.metadata,
        seq: 0,
      });
      expect(made.policy.post).toBe('moderator');
      expect(made.me).toMatchObject({ role: 'owner', unreadCount: 0, readSeq: 0 });
      const seen = (await api(other).call('conversation.get', { params: { conversationId: made.id } })).ok(200);
      expect(seen).toMatchObject({ ...made, me: { role: 'member' } });
      await isRefused(
        owner,
        'conversation.create',
        { body: { type: 'group', memberIds: ['01890000-0000-7000-8000-000000000000'] } },
        'user.notFound',
      );
    },
    repeated: async () => {
      const [one, other] = await two();
      const create = (by: typeof one, to: typeof one) =>
        api(by).call('conversation.create', { body: { type: 'direct', memberIds: [to.userId] } });
      const answers = await Promise.all([create(one, other), create(other, one), create(one, other), create(other, one)]);
      expect(new Set(answers.map((answer) => answer.ok().id)).size).toBe(1);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 201]);
      const name = uniqueName('taken');
      const body = { type: 'channel' as const, visibility: 'public' as const, name };
      (await api(one).call('conversation.create', { body })).ok(201);
      await isRefused(other, 'conversation.create', { body }, 'conversation.nameTaken');
    },
  },
  'conversation.list': {
    anonymous: needsToken('conversation.list'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      const { items } = (await api(stranger).call('conversation.list')).ok(200);
      expect(items.map((item) => item.id)).not.toContain(conversationId);
    },
    invalid: refuses('conversation.list', { query: { limit: 0 } }, { query: { limit: 1.5 } }, { query: { cursor: 'garbage' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      const later = await makeConversation(owner, [member]);
      const last = await say(owner, conversationId, 'makes it the latest');
      const page = (await api(member).call('conversation.list', { query: { limit: 1 } })).ok(200);
      expect(page.items).toMatchObject([{ id: conversationId, lastMessage: last, unreadCount: 2, readSeq: 0 }]);
      const next = (await api(member).call('conversation.list', { query: { limit: 1, cursor: present(page.nextCursor) } })).ok(200);
      expect(next.items.map((item) => item.id)).toEqual([later.id]);
    },
    repeated: async () => {
      const { member } = await scene();
      const read = async () => (await api(member).call('conversation.list')).ok(200);
      expect((await read()).items.map((item) => item.id)).toEqual((await read()).items.map((item) => item.id));
    },
  },
  'conversation.listPublic': {
    anonymous: needsToken('conversation.listPublic'),
    stranger: async () => {
      const name = uniqueName('dir');
      const { stranger, conversationId } = await scene({ type: 'channel', visibility: 'public', name });
      const hidden = await makeConversation(await anyUser(), [], { type: 'channel', name: `${name}-private` });
      const { items } = (await api(stranger).call('conversation.listPublic', { query: { query: name } })).ok(200);
      expect(items).toMatchObject([{ id: conversationId, me: null }]);
      expect(items.map((item) => item.id)).not.toContain(hidden.id);
    },
    invalid: refuses('conversation.listPublic', { query: { limit: 1000 } }, { query: { query: '' } }),
    happy: async () => {
      const name = uniqueName('dir');
      const { member, conversationId } = await scene({ type: 'channel', visibility: 'public', name });
      const { items } = (await api(member).call('conversation.listPublic', { query: { query: name.toUpperCase() } })).ok(200);
      expect(items).toMatchObject([{ id: conversationId, name, me: { role: 'member' } }]);
    },
    repeated: async () => {
      const caller = api(await anyUser());
      const query = { query: 'lobby' };
      const read = async () => (await caller.call('conversation.listPublic', { query })).ok(200).items.map((item) => item.name);
      expect(await read()).toContain('lobby');
      expect(await read()).toEqual(await read());
    },
  },
  'conversation.byName': {
    anonymous: needsToken('conversation.byName'),
    stranger: async () => {
      const name = uniqueName('secret');
      const { stranger } = await scene({ name });
      const hidden = (await api(stranger).call('conversation.byName', { params: { name } })).problem('conversation.notFound');
      const absent = (await api(stranger).call('conversation.byName', { params: { name: unknownName } })).problem('conversation.notFound');
      expect({ ...hidden, requestId: '' }).toEqual({ ...absent, requestId: '' });
    },
    invalid: refuses('conversation.byName', { params: { name: 'with space' } }, { params: { name: 'x'.repeat(65) } }),
    happy: async () => {
      const name = uniqueName('named');
      const { member, conversationId } = await scene({ name });
      expect((await api(member).call('conversation.byName', { params: { name: name.toUpperCase() } })).ok(200).id).toBe(conversationId);
      const lobby = (await api(member).call('conversation.byName', { params: { name: 'lobby' } })).ok(200);
      expect(lobby).toMatchObject({ visibility: 'public', me: { role: 'member' } });
    },
    repeated: async () => {
      const name = uniqueName('named');
      const { member } = await scene({ name });
      const read = async () => (await api(member).call('conversation.byName', { params: { name } })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'conversation.get': {
    anonymous: needsToken('conversation.get'),
    stranger: async () => {
      const { stranger, conversationId } = await scene();
      await isRefused(stranger, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
      const open = await scene({ type: 'channel', visibility: 'public' });
      expect(
        (await api(open.stranger).call('conversation.get', { params: { conversationId: open.conversationId } })).ok(200).me,
      ).toBeNull();
    },
    invalid: refuses('conversation.get', { params: { conversationId: 'lobby' } }),
    happy: async () => {
      const { owner, member, conversation, conversationId } = await scene();
      const mine = (await api(owner).call('conversation.get', { params: { conversationId } })).ok(200);
      expect(mine).toMatchObject({
        id: conversation.id,
        epoch: conversation.epoch,
        seq: 1,
        memberCount: 2,
        me: { role: 'owner', unreadCount: 0 },
      });
      expect(mine.rev).toBeGreaterThan(conversation.rev);
      expect((await api(member).call('conversation.get', { params: { conversationId } })).ok(200).me).toMatchObject({
        role: 'member',
        unreadCount: 1,
      });
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const read = async () => (await api(owner).call('conversation.get', { params: { conversationId } })).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'conversation.patch': {
    anonymous: needsToken('conversation.patch'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene();
      const input = { params: { conversationId }, body: { title: 'Taken over' } };
      await isRefused(stranger, 'conversation.patch', input, 'conversation.notFound');
      await isRefused(member, 'conversation.patch', input, 'forbidden');
    },
    invalid: refuses(
      'conversation.patch',
      { body: { title: '' } },
      { body: { type: 'direct' } },
      { body: { policy: { editWindowSeconds: -1 } } },
    ),
    happy: async () => {
      const { owner, conversationId, conversation } = await scene();
      const body = { title: 'Renamed', metadata: { topic: 'x' }, policy: { slowModeSeconds: 0, invite: 'admin' as const } };
      const changed = (await api(owner).call('conversation.patch', { params: { conversationId }, body })).ok(200);
      expect(changed).toMatchObject({ title: 'Renamed', metadata: body.metadata, policy: { ...conversation.policy, ...body.policy } });
      expect(changed.rev).toBe(conversation.rev + 2);
      const cleared = (await api(owner).call('conversation.patch', { params: { conversationId }, body: { title: null } })).ok(200);
      expect(cleared).toMatchObject({ title: null, metadata: body.metadata });
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      const input = { params: { conversationId }, body: { title: 'Same' } };
      const first = (await api(owner).call('conversation.patch', input)).ok(200);
      const second = (await api(owner).call('conversation.patch', input)).ok(200);
      expect(second).toMatchObject({ title: 'Same', id: first.id, memberCount: first.memberCount });
      const name = uniqueName('taken');
      await makeConversation(await guest(), [], { type: 'channel', visibility: 'public', name });
      const body = { name, visibility: 'public' };
      await isRefused(owner, 'conversation.patch', { params: { conversationId }, body }, 'conversation.nameTaken');
    },
  },
  'conversation.delete': {
    anonymous: needsToken('conversation.delete'),
    stranger: async () => {
      const { stranger, member, conversationId } = await scene();
      await isRefused(stranger, 'conversation.delete', { params: { conversationId } }, 'conversation.notFound');
      await isRefused(member, 'conversation.delete', { params: { conversationId } }, 'forbidden');
    },
    invalid: refuses('conversation.delete', { params: { conversationId: '1' } }),
    happy: async () => {
      const { owner, member, conversationId } = await scene();
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      for (const one of [owner, member]) {
        await isRefused(one, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
        await isRefused(one, 'message.history', { params: { conversationId } }, 'conversation.notFound');
        const { items } = (await api(one).call('conversation.list')).ok(200);
        expect(items.map((item) => item.id)).not.toContain(conversationId);
      }
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      await isRefused(owner, 'conversation.delete', { params: { conversationId } }, 'conversation.notFound');
    },
  },
} as const satisfies Record<`conversation.${string}`, Cases>;

async function two() {
  const people = await guests(2);
  return [itemAt(people, 0), itemAt(people, 1)] as const;
}
