import { z } from 'zod';
import type { ErrorCode } from './errors.js';
import { ConversationId, Seq, UserId } from './primitives.js';

/** What a request is about: the path parameters of a route, or the first fields of a command. */
export const conversationTarget = z.strictObject({ conversationId: ConversationId });
export const memberTarget = z.strictObject({ conversationId: ConversationId, userId: UserId });
/** In a path `seq` is text; it is parsed as a plain decimal integer before it meets its schema. */
export const messageTarget = z.strictObject({ conversationId: ConversationId, seq: Seq });

export const notAMember = ['conversation.notFound'] as const satisfies readonly ErrorCode[];
export const notAllowed = ['conversation.notFound', 'forbidden'] as const satisfies readonly ErrorCode[];
