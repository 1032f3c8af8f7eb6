import { z } from 'zod';
import type { ErrorCode } from './errors.js';
import { ConversationId, Seq, UserId } from './primitives.js';

/** The conversation, member or message a request is about: a route's path parameters, or the first fields of a command. */
export const ConversationTarget = z.strictObject({ conversationId: ConversationId }).meta({
  id: 'ConversationTarget',
  description: 'Names a conversation.',
});
export type ConversationTarget = z.infer<typeof ConversationTarget>;

export const MemberTarget = z.strictObject({ conversationId: ConversationId, userId: UserId }).meta({
  id: 'MemberTarget',
  description: 'Names a user in a conversation.',
});
export type MemberTarget = z.infer<typeof MemberTarget>;

export const MessageTarget = z.strictObject({ conversationId: ConversationId, seq: Seq }).meta({
  id: 'MessageTarget',
  description: 'Names a message by its position in its conversation.',
});
export type MessageTarget = z.infer<typeof MessageTarget>;

/** The errors of a request that any member may make. */
export const memberErrors = ['conversation.notFound'] as const satisfies readonly ErrorCode[];

/** The errors of a request that also needs a role or a policy. */
export const permissionErrors = ['conversation.notFound', 'forbidden'] as const satisfies readonly ErrorCode[];

/** The errors of reading one message. */
export const messageErrors = [...memberErrors, 'message.notFound'] as const satisfies readonly ErrorCode[];

/** The errors of changing one message, which must not be deleted. */
export const messageChangeErrors = [...permissionErrors, 'message.notFound', 'message.deleted'] as const satisfies readonly ErrorCode[];
