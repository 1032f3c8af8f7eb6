import { z } from 'zod';
import { limits } from '../limits.js';
import { Message } from '../messages/schemas.js';
import { ConversationId, Epoch, Metadata, PageQuery, Rev, SeqCursor, storableText, Timestamp, UserId } from '../primitives.js';

export const ConversationType = z.enum(['direct', 'group', 'channel']);
export type ConversationType = z.infer<typeof ConversationType>;
export const Visibility = z.enum(['private', 'public']);
export type Visibility = z.infer<typeof Visibility>;

/** Roles from the highest to the lowest. */
export const Role = z.enum(['owner', 'admin', 'moderator', 'member', 'readonly']);
export type Role = z.infer<typeof Role>;

/** What a member may do, as the server computed it from role and policy. */
export const Permission = z.enum(['post', 'invite', 'pin', 'edit', 'moderate', 'manageMembers', 'manageRoles', 'delete']);
export type Permission = z.infer<typeof Permission>;

/** `post`, `invite` and `pin` name the lowest role that may. Zero means no limit for the two windows. */
export const Policy = z.object({
  post: Role,
  invite: Role,
  pin: Role,
  editWindowSeconds: z.int().min(0).max(31_536_000),
  historyForNewMembers: z.enum(['all', 'fromJoin']),
  retentionSeconds: z.int().min(60).max(3_153_600_000).nullable(),
  slowModeSeconds: z.int().min(0).max(86_400),
});
export type Policy = z.infer<typeof Policy>;
export const PolicyPatch = z.strictObject(Policy.partial().shape);

/** Unique among all conversations: 1 to 64 of `a-z 0-9 _ . -`, upper case is folded. */
export const ConversationName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9_.-]{1,64}$/, 'must be 1 to 64 of a-z 0-9 _ . -');
export const Title = storableText(1, 120);

export const Membership = z.object({
  role: Role,
  readSeq: SeqCursor,
  deliveredSeq: SeqCursor,
  unreadCount: z.int().min(0),
  permissions: z.array(Permission),
});
export type Membership = z.infer<typeof Membership>;

/** `me` is null for someone who is not a member, and in events that go to all members in one frame. */
export const Conversation = z.object({
  id: ConversationId,
  type: ConversationType,
  name: z.string().nullable(),
  title: z.string().nullable(),
  visibility: Visibility,
  policy: Policy,
  metadata: Metadata,
  epoch: Epoch,
  seq: SeqCursor,
  rev: Rev,
  memberCount: z.int().min(0),
  createdBy: UserId.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  me: Membership.nullable(),
});
export type Conversation = z.infer<typeof Conversation>;

/** A conversation in the caller's list, with what a list shows. */
export const ConversationSummary = Conversation.extend({
  lastMessage: Message.nullable(),
  unreadCount: z.int().min(0),
  readSeq: SeqCursor,
});
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const Member = z.object({
  userId: UserId,
  role: Role,
  joinedAt: Timestamp,
  readSeq: SeqCursor,
  deliveredSeq: SeqCursor,
});
export type Member = z.infer<typeof Member>;

/** Why someone is no longer a member. */
export const LeaveReason = z.enum(['left', 'removed', 'banned', 'deleted']);
export type LeaveReason = z.infer<typeof LeaveReason>;

export const CreateConversationBody = z
  .strictObject({
    type: ConversationType,
    name: ConversationName.optional(),
    title: Title.optional(),
    memberIds: z.array(UserId).max(limits.memberIdsMax).optional(),
    visibility: Visibility.optional(),
    policy: PolicyPatch.optional(),
    metadata: Metadata.optional(),
  })
  .superRefine((body, ctx) => {
    if (body.type !== 'direct') return;
    if (body.memberIds?.length !== 1)
      ctx.addIssue({ code: 'custom', path: ['memberIds'], message: 'a direct conversation names exactly one other user' });
    if (body.name !== undefined) ctx.addIssue({ code: 'custom', path: ['name'], message: 'a direct conversation has no name' });
    if (body.visibility === 'public') ctx.addIssue({ code: 'custom', path: ['visibility'], message: 'a direct conversation is private' });
  });
export type CreateConversationBody = z.infer<typeof CreateConversationBody>;

export const PatchConversationBody = z.strictObject({
  name: ConversationName.nullable().optional(),
  title: Title.nullable().optional(),
  visibility: Visibility.optional(),
  policy: PolicyPatch.optional(),
  metadata: Metadata.optional(),
});
export type PatchConversationBody = z.infer<typeof PatchConversationBody>;

export const PublicConversationsQuery = PageQuery.extend({ query: storableText(1, 80).optional() });
export type PublicConversationsQuery = z.infer<typeof PublicConversationsQuery>;

/** The role a member can be given; there is no way to be made owner but by an owner's `PATCH`. */
export const AddMembersBody = z.strictObject({
  userIds: z.array(UserId).min(1).max(limits.memberIdsMax),
  role: Role.exclude(['owner']).optional(),
});
export type AddMembersBody = z.infer<typeof AddMembersBody>;
export const PatchMemberBody = z.strictObject({ role: Role });
export type PatchMemberBody = z.infer<typeof PatchMemberBody>;

export const CreateInviteBody = z.strictObject({
  expiresInSeconds: z.int().min(60).max(31_536_000).optional(),
  maxUses: z.int().min(1).max(10_000).optional(),
});
export type CreateInviteBody = z.infer<typeof CreateInviteBody>;
export const InviteCode = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
export const Invite = z.object({
  code: z.string(),
  conversationId: ConversationId,
  createdBy: UserId,
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  maxUses: z.int().nullable(),
  uses: z.int(),
});
export type Invite = z.infer<typeof Invite>;
export const Ban = z.object({ conversationId: ConversationId, userId: UserId, bannedBy: UserId, createdAt: Timestamp });
export type Ban = z.infer<typeof Ban>;
