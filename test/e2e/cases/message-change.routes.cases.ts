import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { say, scene, type Scene } from '../../support/scene.js';
import { type Cases, hiddenFromStrangers, isRefused, needsToken, refuses } from './case.js';

const first = ({ conversationId }: Scene) => ({ conversationId, seq: 1 });
const reactionTo = (setting: Scene) => ({ ...first(setting), emoji: '👍' });
const unknown = () => ({ conversationId: randomUUID(), seq: 1 });

export const messageChangeRouteCases = {
  'message.edit': {
    anonymous: needsToken('message.edit'),
    stranger: async () => {
      await hiddenFromStrangers('message.edit', first, { text: 'x' })();
      const setting = await scene();
      await isRefused(setting.member, 'message.edit', { params: first(setting), body: { text: 'not mine' } }, 'forbidden');
    },
    invalid: refuses(
      'message.edit',
      { body: { text: '' } },
      { body: { text: null } },
      { params: { ...unknown(), seq: 'x' }, body: { text: 'x' } },
    ),
    happy: async () => {
      const setting = await scene();
      const edited = (await api(setting.owner).call('message.edit', { params: first(setting), body: { text: 'better' } })).ok(200);
      expect(edited).toMatchObject({ ...setting.message, rev: setting.message.rev + 1, text: 'better', editedAt: expect.any(String) });
      expect((await api(setting.member).call('message.get', { params: first(setting) })).ok(200)).toEqual(edited);
      await isRefused(setting.owner, 'message.edit', { params: { ...first(setting), seq: 9 }, body: { text: 'x' } }, 'message.notFound');
    },
    repeated: async () => {
      const setting = await scene();
      const input = { params: first(setting), body: { text: 'better' } };
      (await api(setting.owner).call('message.edit', input)).ok(200);
      expect((await api(setting.owner).call('message.edit', input)).ok(200).text).toBe('better');
      (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
      await isRefused(setting.owner, 'message.edit', input, 'message.deleted');
    },
  },
  'message.edits': {
    anonymous: needsToken('message.edits'),
    stranger: hiddenFromStrangers('message.edits', first),
    invalid: refuses('message.edits', { query: { limit: 0 } }),
    happy: async () => {
      const setting = await scene();
      for (const text of ['second', 'third']) await api(setting.owner).call('message.edit', { params: first(setting), body: { text } });
      const { items } = (await api(setting.member).call('message.edits', { params: first(setting) })).ok(200);
      expect(items.map((item) => item.text)).toEqual(['the first message', 'second']);
    },
    repeated: async () => {
      const setting = await scene();
      const read = async () => (await api(setting.member).call('message.edits', { params: first(setting) })).ok(200);
      expect(await read()).toEqual({ items: [], nextCursor: null });
      expect(await read()).toEqual(await read());
    },
  },
  'message.delete': {
    anonymous: needsToken('message.delete'),
    stranger: async () => {
      await hiddenFromStrangers('message.delete', first)();
      const setting = await scene();
      await isRefused(setting.member, 'message.delete', { params: first(setting) }, 'forbidden');
    },
    invalid: refuses('message.delete', { query: { scope: 'everybody' } }),
    happy: async () => {
      const setting = await scene();
      const hidden = (await api(setting.member).call('message.delete', { params: first(setting), query: { scope: 'me' } })).ok(200);
      expect(hidden.seq).toBe(1);
      expect((await api(setting.owner).call('message.get', { params: first(setting) })).ok(200).text).toBe('the first message');
      const gone = (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
      expect(gone).toMatchObject({ seq: 1, text: null, metadata: {}, reactions: [], deletedAt: expect.any(String) });
      const page = (await api(setting.owner).call('message.history', { params: { conversationId: setting.conversationId } })).ok(200);
      expect(page.items).toEqual([gone]);
    },
    repeated: async () => {
      const setting = await scene();
      const once = (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
      const twice = (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
      expect(twice).toEqual(once);
    },
  },
  'reaction.add': {
    anonymous: needsToken('reaction.add'),
    stranger: hiddenFromStrangers('reaction.add', reactionTo),
    invalid: refuses('reaction.add', { params: { ...unknown(), emoji: 'a b' } }, { params: { ...unknown(), emoji: 'x'.repeat(33) } }),
    happy: async () => {
      const setting = await scene();
      (await api(setting.owner).call('reaction.add', { params: reactionTo(setting) })).ok(200);
      const message = (await api(setting.member).call('reaction.add', { params: reactionTo(setting) })).ok(200);
      expect(message.reactions).toEqual([{ emoji: '👍', count: 2, me: true }]);
      const family = (await api(setting.member).call('reaction.add', { params: { ...first(setting), emoji: '👩‍👩‍👧' } })).ok(200);
      expect(family.reactions).toHaveLength(2);
    },
    repeated: async () => {
      const setting = await scene();
      const once = (await api(setting.member).call('reaction.add', { params: reactionTo(setting) })).ok(200);
      expect((await api(setting.member).call('reaction.add', { params: reactionTo(setting) })).ok(200)).toEqual(once);
      await api(setting.owner).call('message.delete', { params: first(setting) });
      await isRefused(setting.member, 'reaction.add', { params: reactionTo(setting) }, 'message.deleted');
    },
  },
  'reaction.remove': {
    anonymous: needsToken('reaction.remove'),
    stranger: hiddenFromStrangers('reaction.remove', reactionTo),
    invalid: refuses('reaction.remove', { params: { ...unknown(), emoji: '\u0007' } }),
    happy: async () => {
      const setting = await scene();
      for (const one of [setting.owner, setting.member]) (await api(one).call('reaction.add', { params: reactionTo(setting) })).ok(200);
      const message = (await api(setting.member).call('reaction.remove', { params: reactionTo(setting) })).ok(200);
      expect(message.reactions).toEqual([{ emoji: '👍', count: 1, me: false }]);
    },
    repeated: async () => {
      const setting = await scene();
      (await api(setting.member).call('reaction.add', { params: reactionTo(setting) })).ok(200);
      const once = (await api(setting.member).call('reaction.remove', { params: reactionTo(setting) })).ok(200);
      expect((await api(setting.member).call('reaction.remove', { params: reactionTo(setting) })).ok(200)).toEqual(once);
      expect(once.reactions).toEqual([]);
    },
  },
  'pin.put': {
    anonymous: needsToken('pin.put'),
    stranger: async () => {
      await hiddenFromStrangers('pin.put', first)();
      const setting = await scene({ policy: { pin: 'moderator' } });
      await isRefused(setting.member, 'pin.put', { params: first(setting) }, 'forbidden');
    },
    invalid: refuses('pin.put', { params: { ...unknown(), seq: 0 } }),
    happy: async () => {
      const setting = await scene();
      const pinned = (await api(setting.owner).call('pin.put', { params: first(setting) })).ok(200);
      expect(pinned).toMatchObject({ seq: 1, rev: setting.message.rev + 1, pinnedAt: expect.any(String) });
    },
    repeated: async () => {
      const setting = await scene();
      const once = (await api(setting.owner).call('pin.put', { params: first(setting) })).ok(200);
      expect((await api(setting.owner).call('pin.put', { params: first(setting) })).ok(200)).toEqual(once);
    },
  },
  'pin.delete': {
    anonymous: needsToken('pin.delete'),
    stranger: hiddenFromStrangers('pin.delete', first),
    invalid: refuses('pin.delete', { params: { ...unknown(), seq: 'last' } }),
    happy: async () => {
      const setting = await scene();
      (await api(setting.owner).call('pin.put', { params: first(setting) })).ok(200);
      expect((await api(setting.owner).call('pin.delete', { params: first(setting) })).ok(200).pinnedAt).toBeNull();
    },
    repeated: async () => {
      const setting = await scene();
      const once = (await api(setting.owner).call('pin.delete', { params: first(setting) })).ok(200);
      expect((await api(setting.owner).call('pin.delete', { params: first(setting) })).ok(200)).toEqual(once);
    },
  },
  'message.save': {
    anonymous: needsToken('message.save'),
    stranger: hiddenFromStrangers('message.save', first),
    invalid: refuses('message.save', { params: { ...unknown(), seq: 0 } }),
    happy: async () => {
      const setting = await scene();
      const saved = (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
      expect(saved).toEqual({ message: setting.message, savedAt: expect.any(String) });
      expect((await api(setting.member).call('saved.list')).ok(200)).toEqual({ items: [saved], nextCursor: null });
      await isRefused(setting.member, 'message.save', { params: { ...first(setting), seq: 9 } }, 'message.notFound');
    },
    repeated: async () => {
      const setting = await scene();
      const once = (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
      expect((await api(setting.member).call('message.save', { params: first(setting) })).ok(200)).toEqual(once);
      await api(setting.owner).call('message.delete', { params: first(setting) });
      await isRefused(setting.member, 'message.save', { params: first(setting) }, 'message.deleted');
    },
  },
  'message.unsave': {
    anonymous: needsToken('message.unsave'),
    stranger: hiddenFromStrangers('message.unsave', first),
    invalid: refuses('message.unsave', { params: { ...unknown(), seq: 'x' } }),
    happy: async () => {
      const setting = await scene();
      (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
      (await api(setting.member).call('message.unsave', { params: first(setting) })).ok(204);
      expect((await api(setting.member).call('saved.list')).ok(200).items).toEqual([]);
    },
    repeated: async () => {
      const setting = await scene();
      for (let count = 0; count < 2; count += 1) (await api(setting.member).call('message.unsave', { params: first(setting) })).ok(204);
    },
  },
  'saved.list': {
    anonymous: needsToken('saved.list'),
    stranger: async () => {
      const setting = await scene();
      (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
      for (const other of [setting.owner, setting.stranger])
        expect((await api(other).call('saved.list')).ok(200)).toEqual({ items: [], nextCursor: null });
    },
    invalid: refuses('saved.list', { query: { limit: 0 } }, { query: { cursor: 'nonsense' } }),
    happy: async () => {
      const setting = await scene();
      const second = await say(setting.owner, setting.conversationId, 'the second message');
      for (const seq of [1, 2]) (await api(setting.member).call('message.save', { params: { ...first(setting), seq } })).ok(200);
      const page = (await api(setting.member).call('saved.list', { query: { limit: 1 } })).ok(200);
      expect(page).toEqual({ items: [{ message: second, savedAt: expect.any(String) }], nextCursor: expect.any(String) });
      const rest = (await api(setting.member).call('saved.list', { query: { limit: 1, cursor: page.nextCursor ?? '' } })).ok(200);
      expect(rest).toEqual({ items: [{ message: setting.message, savedAt: expect.any(String) }], nextCursor: null });
    },
    repeated: async () => {
      const setting = await scene();
      (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
      const read = async () => (await api(setting.member).call('saved.list')).ok(200);
      expect(await read()).toEqual(await read());
    },
  },
  'pin.list': {
    anonymous: needsToken('pin.list'),
    stranger: hiddenFromStrangers('pin.list', ({ conversationId }) => ({ conversationId })),
    invalid: refuses('pin.list', { query: { limit: 0 } }),
    happy: async () => {
      const setting = await scene();
      const pinned = (await api(setting.owner).call('pin.put', { params: first(setting) })).ok(200);
      const params = { conversationId: setting.conversationId };
      expect((await api(setting.member).call('pin.list', { params })).ok(200)).toEqual({ items: [pinned], nextCursor: null });
      await api(setting.owner).call('message.delete', { params: first(setting) });
      expect((await api(setting.member).call('pin.list', { params })).ok(200).items).toEqual([]);
    },
    repeated: async () => {
      const setting = await scene();
      const read = async () => (await api(setting.member).call('pin.list', { params: { conversationId: setting.conversationId } })).ok(200);
      expect(await read()).toEqual({ items: [], nextCursor: null });
      expect(await read()).toEqual(await read());
    },
  },
} as const satisfies Record<string, Cases>;
