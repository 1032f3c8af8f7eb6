import { z } from 'zod';
import { LeaveReason, Policy, Role, Visibility } from '#contracts/conversations/schemas.js';
import { Metadata, UserId } from '#contracts/primitives.js';

/**
 * What the entries of this module hold: everything needed to apply them, so that a change that was committed to the log and
 * not to storage is completed by a worker that knows nothing of the request.
 */
export const changeBodies = {
  'member.joined': z.object({
    userId: UserId,
    role: Role,
    /** The newest `seq` when the change was decided. */
    joinedSeq: z.int().min(0),
    /** The invite that is used up by one, or null. */
    inviteCode: z.string().nullable(),
  }),
  'member.updated': z.object({ userId: UserId, role: Role }),
  'member.left': z.object({ userId: UserId, reason: LeaveReason, /** Who banned them, or null. */ bannedBy: UserId.nullable() }),
  'conversation.updated': z.object({
    name: z.string().nullable(),
    title: z.string().nullable(),
    visibility: Visibility,
    policy: Policy,
    metadata: Metadata,
  }),
  'conversation.deleted': z.object({}),
} as const;

/** Kinds of the entries this module commits and applies. */
export type ChangeKind = keyof typeof changeBodies;
export type ChangeBody<K extends ChangeKind> = z.output<(typeof changeBodies)[K]>;
