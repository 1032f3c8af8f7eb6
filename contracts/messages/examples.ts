import type { z } from 'zod';
import { examples } from '../examples.js';
import type { Message } from './schemas.js';

export const exampleMessage: z.input<typeof Message> = {
  id: examples.messageId,
  conversationId: examples.conversationId,
  seq: 42,
  rev: 57,
  clientId: examples.clientId,
  senderId: examples.ada,
  text: 'Lunch at noon?',
  replyTo: null,
  mentions: [],
  reactions: [],
  metadata: {},
  pinnedAt: null,
  createdAt: examples.sentAt,
  editedAt: null,
  deletedAt: null,
};

/** The reply of Grace. */
export const exampleReply: z.input<typeof Message> = {
  ...exampleMessage,
  id: '019cf1b8-0c27-7e95-b3a4-81f5d6029ec7',
  seq: 43,
  rev: 58,
  clientId: '019cf1b8-09e1-7a40-8c16-f27b5e3d9a02',
  senderId: examples.grace,
  text: 'Gladly, at the usual place.',
  replyTo: 42,
  createdAt: '2026-03-15T13:38:16.743Z',
};

export const exampleEditedMessage: z.input<typeof Message> = {
  ...exampleMessage,
  rev: 59,
  text: 'Lunch at one?',
  editedAt: examples.changedAt,
};

export const exampleDeletedMessage: z.input<typeof Message> = {
  ...exampleMessage,
  rev: 60,
  text: null,
  deletedAt: examples.changedAt,
};

export const exampleReactedMessage: z.input<typeof Message> = {
  ...exampleMessage,
  rev: 59,
  reactions: [{ emoji: '👍', count: 1, me: true }],
};

export const examplePinnedMessage: z.input<typeof Message> = { ...exampleMessage, rev: 59, pinnedAt: examples.changedAt };
