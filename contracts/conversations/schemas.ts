import { z } from 'zod';
import { changeFields } from '../event.js';
import { limits } from '../limits.js';
import { Message } from '../messages/schemas.js';
import { ConversationId, Epoch, Metadata, PageQuery, Rev, Seq, SeqCursor, Timestamp, TimestampInput, UserId } from '../primitives.js';
import { labelText, visibleText } from '../text.js';
import { User } from '../users/schemas.js';

export const ConversationType = z.enum(['direct', 'group', 'channel']).meta({
  id: 'ConversationType',
  description: 'A `direct` conversation is between two users, a `group` is for the members it adds, a `channel` is for an audience.',
});
export type ConversationType = z.infer<typeof ConversationType>;
export const Visibility = z.enum(['private', 'public']).meta({
  id: 'Visibility',
  description: 'Any user can find and join a `public` conversation; a `private` one does not exist for non-members.',
});
export type Visibility = z.infer<typeof Visibility>;

export const Role = z
  .enum(['owner', 'admin', 'moderator', 'member', 'readonly'])
  .meta({ id: 'Role', description: 'The role of a member, from the highest to the lowest.' });
export type Role = z.infer<typeof Role>;

export const Permission = z
  .enum(['post', 'invite', 'pin', 'edit', 'moderate', 'manageMembers', 'manageRoles', 'delete'])
  .meta({ id: 'Permission', description: 'Something a member may do, computed by the server from their role and the policy.' });
export type Permission = z.infer<typeof Permission>;

export const Policy = z
  .object({
    post: Role,
    invite: Role,
    pin: Role,
    editWindowSeconds: z.int().min(0).max(31_536_000),
    historyForNewMembers: z.enum(['all', 'fromJoin']),
    retentionSeconds: z.int().min(60).max(3_153_600_000).nullable(),
    slowModeSeconds: z.int().min(0).max(86_400),
  })
  .meta({
    id: 'Policy',
    description:
      '`post`, `invite` and `pin` name the lowest role that may do so. An edit window or a slow mode of 0 means no limit. `retentionSeconds`: messages that are older expire. They are hidden at once, for all members, and deleted a little later. Null means the default of the server (`RETENTION_DEFAULT_SECONDS`), which keeps messages unless the operator has set it.',
  });
export type Policy = z.infer<typeof Policy>;
export const PolicyPatch = z
  .strictObject(Policy.partial().shape)
  .meta({ id: 'PolicyPatch', description: 'The fields of the policy to set; absent fields stay as they are.' });

export const ConversationName = z
  .string()
  .regex(/^(?=.*[A-Za-z0-9])[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of a-z 0-9 _ . -, with a letter or digit')
  .toLowerCase()
  .meta({
    id: 'ConversationName',
    description:
      'Unique among public conversations, and private ones may share it: 1 to 64 of `a-z 0-9 _ . -`, at least one of them a letter or digit, because `.` and `..` have no address. Upper case is folded.',
  });
export const Title = labelText(1, 120).meta({
  id: 'Title',
  description:
    'What is displayed for a conversation; it need not be unique. At least one character is visible, and none is a control character or overrides the direction of text.',
});

const muteUntil = Timestamp.nullable().describe('When the mute ends by itself; null: when it is lifted.');
const reason = z.string().nullable();
export const MemberMute = z
  .object({ until: muteUntil })
  .meta({ id: 'MemberMute', description: 'A mute of a member: they can read and not write.' });
export type MemberMute = z.infer<typeof MemberMute>;
export const OwnMute = z
  .object({ until: muteUntil, reason })
  .meta({ id: 'OwnMute', description: "The caller's own mute: until it ends, they can read and not write." });
export type OwnMute = z.infer<typeof OwnMute>;

export const Membership = z
  .object({
    role: Role,
    readSeq: SeqCursor,
    deliveredSeq: SeqCursor,
    unreadCount: z.int().min(0),
    permissions: z.array(Permission),
    mute: OwnMute.nullable(),
  })
  .meta({ id: 'Membership', description: "The caller's own place in a conversation." });
export type Membership = z.infer<typeof Membership>;

export const Conversation = z
  .object({
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
    hiddenBeforeSeq: Seq,
    memberCount: z.int().min(0),
    createdBy: UserId.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    me: Membership.nullable(),
  })
  .meta({
    id: 'Conversation',
    description:
      'A conversation. `me` is null for non-members, and in events, because every member receives the same frame. Messages below `hiddenBeforeSeq` have expired: remove them.',
  });
export type Conversation = z.infer<typeof Conversation>;

export const ConversationSummary = Conversation.extend({
  lastMessage: Message.nullable(),
  unreadCount: z.int().min(0),
  readSeq: SeqCursor,
}).meta({ id: 'ConversationSummary', description: 'A conversation with what a list of conversations displays.' });
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const Member = z
  .object({
    userId: UserId,
    role: Role,
    joinedAt: Timestamp,
    readSeq: SeqCursor,
    deliveredSeq: SeqCursor,
    mute: MemberMute.nullable(),
  })
  .meta({
    id: 'Member',
    description:
      'A member of a conversation, how far they have received and read it, and whether they are muted. Both cursors are 0 when one of the two users blocks the other.',
  });
export type Member = z.infer<typeof Member>;

export const LeaveReason = z
  .enum(['left', 'removed', 'banned', 'deleted'])
  .meta({ id: 'LeaveReason', description: 'Why a user is no longer a member. `deleted`: the conversation was deleted.' });
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
    if (Object.keys(body.policy ?? {}).length > 0)
      ctx.addIssue({ code: 'custom', path: ['policy'], message: 'a direct conversation has no policy of its own' });
    if (body.visibility === 'public') ctx.addIssue({ code: 'custom', path: ['visibility'], message: 'a direct conversation is private' });
  })
  .meta({
    id: 'CreateConversationBody',
    description:
      'A new conversation. A `direct` one names exactly one other user, has no name, is private, and takes no policy, because neither user ranks above the other.',
  });
export type CreateConversationBody = z.infer<typeof CreateConversationBody>;

export const PatchConversationBody = z
  .strictObject({
    name: ConversationName.nullable().optional(),
    title: Title.nullable().optional(),
    visibility: Visibility.optional(),
    policy: PolicyPatch.optional(),
    metadata: Metadata.optional(),
  })
  .meta({
    id: 'PatchConversationBody',
    description: 'The fields to change; absent fields stay as they are, null removes a name or title.',
  });
export type PatchConversationBody = z.infer<typeof PatchConversationBody>;

export const PublicConversationsQuery = PageQuery.extend({
  query: visibleText(1, 80).optional().describe('Part of the name or title, in any case and with or without accents.'),
}).meta({ id: 'PublicConversationsQuery', description: 'Selects a page of the directory of public conversations.' });
export type PublicConversationsQuery = z.infer<typeof PublicConversationsQuery>;

export const MembersInput = PageQuery.extend({ conversationId: ConversationId }).meta({
  id: 'MembersInput',
  description: 'Selects a page of the members of a conversation.',
});

export const AddMembersBody = z
  .strictObject({
    userIds: z.array(UserId).min(1).max(limits.memberIdsMax),
    role: Role.exclude(['owner']).optional().describe('`member` by default. Only an owner can make another owner, with `member.patch`.'),
  })
  .meta({ id: 'AddMembersBody', description: 'The users to add and the role they get.' });
export type AddMembersBody = z.infer<typeof AddMembersBody>;
export const AddedMembers = z.object({ items: z.array(Member), requested: z.array(UserId) }).meta({
  id: 'AddedMembers',
  description: 'The named users who are members now, and those who decide themselves whether to join: they have received a request.',
});
export type AddedMembers = z.infer<typeof AddedMembers>;

export const PatchMemberBody = z.strictObject({ role: Role }).meta({ id: 'PatchMemberBody', description: "The member's new role." });
export type PatchMemberBody = z.infer<typeof PatchMemberBody>;

export const CreateInviteBody = z
  .strictObject({
    expiresInSeconds: z.int().min(60).max(31_536_000).optional(),
    maxUses: z.int().min(1).max(10_000).optional(),
  })
  .meta({
    id: 'CreateInviteBody',
    description: 'The bounds of a new invite; without them it can be used any number of times and does not expire.',
  });
export type CreateInviteBody = z.infer<typeof CreateInviteBody>;
export const InviteCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/)
  .meta({ id: 'InviteCode', description: 'The secret of an invite.' });
export const InviteTarget = z.strictObject({ code: InviteCode }).meta({ id: 'InviteTarget', description: 'Names an invite by its code.' });
export const Invite = z
  .object({
    code: z.string(),
    conversationId: ConversationId,
    createdBy: UserId,
    createdAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    maxUses: z.int().nullable(),
    uses: z.int(),
    isActive: z.boolean().describe('False while its creator may not invite: then no user can use it.'),
  })
  .meta({ id: 'Invite', description: 'A code that lets any user join a conversation, with its bounds and how often it was used.' });
export type Invite = z.infer<typeof Invite>;
export const ConversationInviteTarget = z.strictObject({ conversationId: ConversationId, code: InviteCode }).meta({
  id: 'ConversationInviteTarget',
  description: 'Names an invite of a conversation.',
});
export const InvitePreview = z
  .object({
    code: z.string(),
    conversationId: ConversationId,
    type: ConversationType,
    name: z.string().nullable(),
    title: z.string().nullable(),
    memberCount: z.int().min(0),
    inviter: User,
    expiresAt: Timestamp.nullable(),
  })
  .meta({ id: 'InvitePreview', description: 'What an invite leads to, for a user who considers using it.' });
export type InvitePreview = z.infer<typeof InvitePreview>;

export const TermsBody = z
  .strictObject({
    until: TimestampInput.nullable().optional().describe('When it ends by itself. Absent or null: when it is lifted.'),
    reason: visibleText(1, limits.reasonCharactersMax).nullable().optional().describe('For moderators and for the user.'),
  })
  .meta({ id: 'TermsBody', description: 'The terms of a ban or a mute. They replace the terms of one that is in force.' });
export type TermsBody = z.infer<typeof TermsBody>;
const terms = {
  createdAt: Timestamp,
  until: Timestamp.nullable().describe('When it ends by itself; null: when it is lifted.'),
  reason,
};
export const Ban = z
  .object({ conversationId: ConversationId, userId: UserId, bannedBy: UserId.nullable().describe('Null: an operator.'), ...terms })
  .meta({ id: 'Ban', description: 'A user who may not join a conversation, who banned them, until when and why.' });
export type Ban = z.infer<typeof Ban>;
export const Mute = z
  .object({ conversationId: ConversationId, userId: UserId, mutedBy: UserId.nullable().describe('Null: an operator.'), ...terms })
  .meta({ id: 'Mute', description: 'A member who may read and not write, who muted them, until when and why.' });
export type Mute = z.infer<typeof Mute>;

export const ConversationNameTarget = z
  .strictObject({ name: ConversationName })
  .meta({ id: 'ConversationNameTarget', description: 'Names a conversation by its name.' });

export const ConversationRemoved = z
  .object({ id: ConversationId, reason: LeaveReason })
  .meta({ id: 'ConversationRemoved', description: 'A conversation that the user is no longer in, and why.' });
export const MemberChanged = z
  .object({ ...changeFields, member: Member })
  .meta({ id: 'MemberChanged', description: 'A member as they are after the change.' });
export const ConversationAdvanced = z
  .object({ ...changeFields })
  .meta({ id: 'ConversationAdvanced', description: 'The newest revision of a conversation, without what changed.' });
export const MemberLeft = z
  .object({ ...changeFields, userId: UserId, reason: LeaveReason })
  .meta({ id: 'MemberLeft', description: 'Who is no longer a member, and why.' });
