import { z } from 'zod';
import { Conversation, Member } from '../conversations/schemas.js';
import { limits } from '../limits.js';
import { Message } from '../messages/schemas.js';
import { ConversationId, Epoch, Rev, Timestamp } from '../primitives.js';

/** A member as sync tells it: `leftAt` is set for one who is gone. */
export const SyncMember = Member.extend({ leftAt: Timestamp.nullable() });
export type SyncMember = z.infer<typeof SyncMember>;

export const SyncInput = z.strictObject({
  conversations: z.array(z.strictObject({ id: ConversationId, epoch: Epoch, rev: Rev })).max(limits.syncConversationsMax),
  /** Changes per conversation and page. */
  limit: z.int().min(1).max(limits.pageSizeMax).optional(),
});
export type SyncInput = z.infer<typeof SyncInput>;

/**
 * What changed in one conversation since the caller's `rev`, as current state: messages and members by rising `rev`.
 * `more`: call again with the `rev` given here. `reset`: the epoch is another one, load afresh; nothing is listed.
 */
export const SyncedConversation = z.object({
  id: ConversationId,
  epoch: Epoch,
  rev: Rev,
  status: z.enum(['complete', 'more', 'reset']),
  messages: z.array(Message),
  members: z.array(SyncMember),
  conversation: Conversation,
});
export type SyncedConversation = z.infer<typeof SyncedConversation>;

/** `joined`: the caller is in these and did not name them. `left`: named, and the caller is not in them. */
export const SyncResult = z.object({
  conversations: z.array(SyncedConversation),
  joined: z.array(Conversation),
  left: z.array(ConversationId),
});
export type SyncResult = z.infer<typeof SyncResult>;
