import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { ageMessages, runRetention } from '../../support/retention.js';
import { scene } from '../../support/scene.js';
import { anyUser, type Cases, instead, isRefused } from './case.js';

const operatorsOnly = 'only an operator gets as far as validation';

export const retentionRouteCases = {
  'admin.startRetention': {
    anonymous: async () => isRefused({}, 'admin.startRetention', { body: {} }, 'auth.required'),
    stranger: async () => isRefused(await anyUser(), 'admin.startRetention', { body: {} }, 'auth.invalidToken'),
    invalid: instead(operatorsOnly, async () => {
      const login = await loginOperator();
      for (const body of [{ dryRun: 'yes' }, { all: true }, []]) {
        await isRefused(login, 'admin.startRetention', { body }, 'validation.failed');
      }
      await isRefused(login, 'admin.startRetention', { body: {}, headers: { origin: 'https://evil.example' } }, 'forbidden');
    }),
    happy: async () => {
      const { owner, conversationId } = await scene();
      await ageMessages(conversationId, 1);
      const body = { policy: { retentionSeconds: 3600 } };
      (await api(owner).call('conversation.patch', { params: { conversationId }, body })).ok(200);
      expect(await runRetention()).toMatchObject({ dryRun: false, error: null });
      expect((await api(owner).call('conversation.get', { params: { conversationId } })).ok(200)).toMatchObject({ hiddenBeforeSeq: 2 });
    },
    repeated: async () => {
      const [first, second] = [await runRetention({ dryRun: true }), await runRetention({ dryRun: true })];
      expect([first, second]).toMatchObject([{ dryRun: true }, { dryRun: true }]);
      expect(second.id).not.toBe(first.id);
    },
  },
  'admin.retentionRuns': {
    anonymous: async () => isRefused({}, 'admin.retentionRuns', {}, 'auth.required'),
    stranger: async () => isRefused(await anyUser(), 'admin.retentionRuns', {}, 'auth.invalidToken'),
    invalid: instead(operatorsOnly, async () => {
      const login = await loginOperator();
      for (const query of [{ limit: 0 }, { limit: 201 }, { cursor: 'made-up' }, { undeclared: 1 }])
        await isRefused(login, 'admin.retentionRuns', { query }, 'validation.failed');
    }),
    happy: async () => {
      const runs = [await runRetention({ dryRun: true }), await runRetention({ dryRun: true })];
      const login = await loginOperator();
      const { items, nextCursor } = (await api(login).call('admin.retentionRuns', { query: { limit: 1 } })).ok(200);
      expect(items).toHaveLength(1);
      const rest = (await api(login).call('admin.retentionRuns', { query: { cursor: nextCursor ?? '' } })).ok(200);
      const ids = [...items, ...rest.items].map((run) => run.id);
      expect(ids).toEqual(expect.arrayContaining(runs.map((run) => run.id)));
      expect(new Set(ids).size).toBe(ids.length);
    },
    repeated: async () => {
      const { id } = await runRetention({ dryRun: true });
      const login = await loginOperator();
      const find = async () => (await api(login).call('admin.retentionRuns')).ok(200).items.find((run) => run.id === id);
      expect(await find()).toEqual(await find());
    },
  },
  'admin.deletedConversations': {
    anonymous: async () => isRefused({}, 'admin.deletedConversations', {}, 'auth.required'),
    stranger: async () => isRefused(await anyUser(), 'admin.deletedConversations', {}, 'auth.invalidToken'),
    invalid: instead(operatorsOnly, async () => {
      const login = await loginOperator();
      for (const query of [{ limit: 0 }, { limit: 201 }, { cursor: 'made-up' }, { undeclared: 1 }])
        await isRefused(login, 'admin.deletedConversations', { query }, 'validation.failed');
    }),
    happy: async () => {
      const name = `deleted-${randomUUID().slice(0, 8)}`;
      const { owner, conversationId } = await scene({ name, title: 'To be deleted' });
      const login = await loginOperator();
      const find = async () => (await api(login).call('admin.deletedConversations')).ok(200).items.find((one) => one.id === conversationId);
      expect(await find()).toBeUndefined();
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      expect(await find()).toMatchObject({ type: 'group', name, title: 'To be deleted' });
    },
    repeated: async () => {
      const [first, second] = [await scene(), await scene()];
      for (const { owner, conversationId } of [first, second])
        (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      const login = await loginOperator();
      const page = async (query: object) => (await api(login).raw('admin.deletedConversations', { query })).ok(200);
      const one = await page({ limit: 1 });
      expect(await page({ limit: 1 })).toEqual(one);
      const ids = [...one.items, ...(await page({ cursor: one.nextCursor })).items].map(({ id }) => id);
      expect(ids.indexOf(second.conversationId)).toBeLessThan(ids.indexOf(first.conversationId));
      expect(new Set(ids).size).toBe(ids.length);
    },
  },
  'admin.restoreConversation': {
    anonymous: async () => isRefused({}, 'admin.restoreConversation', { params: { conversationId: randomUUID() } }, 'auth.required'),
    stranger: async () => {
      const { owner, conversationId } = await scene();
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      await isRefused(owner, 'admin.restoreConversation', { params: { conversationId } }, 'auth.invalidToken');
      await isRefused(owner, 'conversation.get', { params: { conversationId } }, 'conversation.notFound');
    },
    invalid: instead(operatorsOnly, async () => {
      const login = await loginOperator();
      await isRefused(login, 'admin.restoreConversation', { params: { conversationId: 'none' } }, 'validation.failed');
      await isRefused(login, 'admin.restoreConversation', { params: { conversationId: randomUUID() } }, 'conversation.notFound');
    }),
    happy: async () => {
      const name = `restored-${randomUUID().slice(0, 8)}`;
      const { owner, member, conversationId } = await scene({ name });
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      const restored = (await api(await loginOperator()).call('admin.restoreConversation', { params: { conversationId } })).ok(200);
      expect(restored).toMatchObject({ id: conversationId, name, memberCount: 2, me: null });
      expect((await api(member).call('conversation.get', { params: { conversationId } })).ok(200)).toMatchObject({
        me: { role: 'member', unreadCount: 1 },
      });
    },
    repeated: async () => {
      const { owner, conversationId } = await scene();
      (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
      const login = await loginOperator();
      const restore = async () => (await api(login).call('admin.restoreConversation', { params: { conversationId } })).ok(200);
      expect((await restore()).rev).toBe((await restore()).rev);
    },
  },
} as const satisfies Record<string, Cases>;
