import type { z } from 'zod';
import { examples } from '../examples.js';
import { exampleUser } from '../users/examples.js';
import { exampleMessage } from '../messages/examples.js';
import type { AdditionRequest } from './request-schemas.js';
import type { Ban, Conversation, ConversationSummary, Invite, InvitePreview, Member, Mute } from './schemas.js';

/** As Ada, its owner, sees it. */
export const exampleConversation: z.input<typeof Conversation> = {
  id: examples.conversationId,
  type: 'group',
  name: 'engine-room',
  title: 'Engine room',
  visibility: 'private',
  policy: {
    post: 'member',
    invite: 'admin',
    pin: 'moderator',
    editWindowSeconds: 0,
    historyForNewMembers: 'all',
    retentionSeconds: null,
    slowModeSeconds: 0,
  },
  metadata: {},
  epoch: examples.epoch,
  seq: 42,
  rev: 57,
  hiddenBeforeSeq: 1,
  memberCount: 2,
  createdBy: examples.ada,
  createdAt: examples.createdAt,
  updatedAt: examples.createdAt,
  me: {
    role: 'owner',
    readSeq: 42,
    deliveredSeq: 42,
    unreadCount: 0,
    permissions: ['post', 'invite', 'pin', 'edit', 'moderate', 'manageMembers', 'manageRoles', 'delete'],
    mute: null,
  },
};

/** As every member receives it in an event. */
export const exampleConversationInEvent: z.input<typeof Conversation> = { ...exampleConversation, me: null };

/** As Grace, who is no member yet, finds it in the directory. */
export const examplePublicConversation: z.input<typeof Conversation> = {
  ...exampleConversation,
  visibility: 'public',
  memberCount: 1,
  me: null,
};

/** As Grace sees it after joining. */
export const exampleJoinedConversation: z.input<typeof Conversation> = {
  ...exampleConversation,
  visibility: 'public',
  me: { role: 'member', readSeq: 42, deliveredSeq: 42, unreadCount: 0, permissions: ['post'], mute: null },
};

export const exampleSummary: z.input<typeof ConversationSummary> = {
  ...exampleConversation,
  lastMessage: exampleMessage,
  unreadCount: 0,
  readSeq: 42,
};

export const exampleMember: z.input<typeof Member> = {
  userId: examples.grace,
  role: 'member',
  joinedAt: examples.createdAt,
  readSeq: 41,
  deliveredSeq: 42,
  mute: null,
};

export const exampleInvite: z.input<typeof Invite> = {
  code: 'kX3vQ9rTb2LmZ8wYhJ5n',
  conversationId: examples.conversationId,
  createdBy: examples.ada,
  createdAt: examples.changedAt,
  expiresAt: '2026-03-22T13:41:02.718Z',
  maxUses: 10,
  uses: 0,
  isActive: true,
};

export const exampleInvitePreview: z.input<typeof InvitePreview> = {
  code: exampleInvite.code,
  conversationId: examples.conversationId,
  type: 'group',
  name: 'engine-room',
  title: 'Engine room',
  memberCount: 2,
  inviter: exampleUser,
  expiresAt: '2026-03-22T13:41:02.718Z',
};

const exampleTerms = { createdAt: examples.changedAt, until: '2099-03-16T13:41:02.718Z', reason: 'Advertising' };
export const exampleBan: z.input<typeof Ban> = {
  conversationId: examples.conversationId,
  userId: examples.grace,
  bannedBy: examples.ada,
  ...exampleTerms,
};
export const exampleMute: z.input<typeof Mute> = {
  conversationId: examples.conversationId,
  userId: examples.grace,
  mutedBy: examples.ada,
  ...exampleTerms,
};

export const exampleRequest: z.input<typeof AdditionRequest> = {
  conversationId: examples.conversationId,
  type: 'group',
  name: 'engine-room',
  title: 'Engine room',
  requestedBy: examples.ada,
  role: 'member',
  requestedAt: examples.createdAt,
  expiresAt: '2026-03-29T13:15:21.042Z',
};
