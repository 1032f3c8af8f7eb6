import type { z } from 'zod';
import { examples } from '../examples.js';
import type { AuditEntry, DeletedConversation, Notice, Readiness, RetentionRun, Stats } from './schemas.js';

export const exampleNotice: z.input<typeof Notice> = {
  id: '019cf1d0-8ea4-7130-b5f9-60d7a24c9e18',
  level: 'warning',
  text: 'Maintenance starts at 14:00 UTC.',
  at: '2026-03-15T13:59:00.000Z',
};

export const exampleReadiness: z.input<typeof Readiness> = {
  status: 'ok',
  info: { postgres: { status: 'up' } },
  error: {},
  details: { postgres: { status: 'up' } },
};

export const exampleStats: z.input<typeof Stats> = {
  version: '0.1.0',
  mode: 'embedded',
  uptimeMs: 86_400_000,
  residentBytes: 187_695_104,
  sockets: 2,
  usersOnline: 2,
  users: 12,
  conversations: 4,
  messages: 1873,
  backlog: { entries: 0, oldestAgeMs: null },
  queues: [{ name: 'persistence', waiting: 0, active: 0, delayed: 0, failed: 0, completed: 1204 }],
};

export const exampleRetentionRun: z.input<typeof RetentionRun> = {
  id: '019cf1d2-20b7-7c1d-9f63-5e80a4d7b912',
  dryRun: false,
  requestedAt: '2026-03-15T14:00:00.000Z',
  startedAt: '2026-03-15T14:00:00.000Z',
  endedAt: '2026-03-15T14:00:04.310Z',
  conversations: 3,
  messages: 10_482,
  ranges: 22,
  purgedConversations: 1,
  error: null,
};

export const exampleWaitingRun: z.input<typeof RetentionRun> = {
  ...exampleRetentionRun,
  dryRun: true,
  startedAt: null,
  endedAt: null,
  conversations: 0,
  messages: 0,
  ranges: 0,
  purgedConversations: 0,
};

export const exampleDeletedConversation: z.input<typeof DeletedConversation> = {
  id: examples.conversationId,
  type: 'group',
  name: 'engine-room',
  title: 'Engine room',
  deletedAt: '2026-03-15T14:00:00.000Z',
  purgeAt: '2026-03-22T14:00:00.000Z',
};

export const exampleAuditEntry: z.input<typeof AuditEntry> = {
  id: '019cf1d4-2b7e-7c51-a6d0-8f93e41b7a25',
  at: '2026-03-15T14:03:11.482Z',
  operator: 'admin',
  address: '203.0.113.7',
  action: 'admin.messages',
  conversationId: examples.conversationId,
  userId: null,
  seq: null,
  outcome: 'ok',
};
