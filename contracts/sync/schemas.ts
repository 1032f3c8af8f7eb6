import { z } from 'zod';
import { Conversation, Member } from '../conversations/schemas.js';
import { limits } from '../limits.js';
import { Message } from '../messages/schemas.js';
import { ConversationId, Epoch, pageLimit, Rev, Timestamp } from '../primitives.js';

export const SyncMember = Member.extend({ leftAt: Timestamp.nullable() }).meta({
  id: 'SyncMember',
  description: 'A member, or a former one if `leftAt` is set.',
});
export type SyncMember = z.infer<typeof SyncMember>;

export const SyncInput = z
  .strictObject({
    conversations: z.array(z.strictObject({ id: ConversationId, epoch: Epoch, rev: Rev })).max(limits.syncConversationsMax),
    limit: pageLimit('The number of changes per conversation and page.', limits.pageSizeMax),
  })
  .meta({ id: 'SyncInput', description: 'Each conversation the client knows, with the last `epoch` and `rev` it has.' });
export type SyncInput = z.infer<typeof SyncInput>;

export const SyncedConversation = z
  .object({
    id: ConversationId,
    epoch: Epoch,
    rev: Rev,
    status: z.enum(['complete', 'more', 'reset']),
    messages: z.array(Message),
    members: z.array(SyncMember),
    conversation: Conversation,
  })
  .meta({
    id: 'SyncedConversation',
    description:
      'The current state of everything that changed after the given `rev`; messages and members are in the order of their `rev`. `more`: call again with the `rev` returned here. `reset`: the epoch has changed, so nothing is listed and the conversation has to be loaded afresh.',
  });
export type SyncedConversation = z.infer<typeof SyncedConversation>;

export const SyncResult = z
  .object({
    conversations: z.array(SyncedConversation),
    joined: z.array(Conversation),
    left: z.array(ConversationId),
  })
  .meta({
    id: 'SyncResult',
    description:
      'What changed. `joined` lists conversations of the caller that the request did not name, `left` lists named ones of which the caller is not a member.',
  });
export type SyncResult = z.infer<typeof SyncResult>;

export const ResyncRequired = z
  .object({
    conversationIds: z.array(ConversationId).optional().describe('Absent if all conversations are affected.'),
    reason: z.string(),
  })
  .meta({ id: 'ResyncRequired', description: 'The conversations of which events were dropped, and why.' });
