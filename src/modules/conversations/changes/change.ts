import type { Conversation, Member } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import type { ChangeBody, ChangeKind } from './change-bodies.js';

type WithBody<K extends ChangeKind> = { readonly kind: K; readonly actorId: UserId; readonly body: ChangeBody<K> };

/** One change that was decided: what its entry holds, and beside it what only the event shows. */
export type Change =
  | (WithBody<'member.joined'> & { readonly member: Member })
  | (WithBody<'member.updated'> & { readonly member: Member })
  | WithBody<'member.left'>
  /** `conversation` is as it will be, but for the revision, which the log gives. */
  | (WithBody<'conversation.updated'> & { readonly conversation: Conversation })
  | WithBody<'conversation.deleted'>;
