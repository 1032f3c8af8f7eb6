import { z } from 'zod';
import { ConversationId, Timestamp, UserId } from '../primitives.js';
import { ConversationType, Role } from './schemas.js';

export const AdditionRequest = z
  .object({
    conversationId: ConversationId,
    type: ConversationType,
    name: z.string().nullable(),
    title: z.string().nullable(),
    requestedBy: UserId,
    role: Role,
    requestedAt: Timestamp,
    expiresAt: Timestamp,
  })
  .meta({
    id: 'AdditionRequest',
    description: 'A user wants to add another one to a conversation, who decides. At most one request per conversation and user is open.',
  });
export type AdditionRequest = z.infer<typeof AdditionRequest>;
export const RequestClosed = z
  .object({ conversationId: ConversationId })
  .meta({ id: 'RequestClosed', description: 'Names the conversation of a request that is answered.' });
