import { z } from 'zod';
import { examples } from '../examples.js';
import { PageQuery, pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget, memberErrors, MemberTarget, permissionErrors } from '../targets.js';
import { exampleInvite, exampleJoinedConversation, exampleMember } from './examples.js';
import { AddMembersBody, Ban, Conversation, CreateInviteBody, Invite, InviteTarget, Member, PatchMemberBody } from './schemas.js';

const tag = 'conversations';
const one = '/v1/conversations/{conversationId}';
const params = { conversationId: examples.conversationId };
const ofGrace = { ...params, userId: examples.grace };

/** Members, bans and invites of a conversation. */
export const memberRoutes = {
  'conversation.members': route({
    method: 'GET',
    path: `${one}/members`,
    tag,
    auth: 'user',
    summary: 'List the members',
    description: 'Lists the members of a conversation of the caller, the longest-standing first.',
    params: ConversationTarget,
    query: PageQuery,
    responses: { 200: pageOf(Member) },
    errors: memberErrors,
    example: { params, query: { limit: 100 }, response: { items: [exampleMember], nextCursor: null } },
  }),
  'member.add': route({
    method: 'POST',
    path: `${one}/members`,
    tag,
    auth: 'user',
    summary: 'Add members',
    description: 'Adds users and returns all named members. Those who are members already keep their role. Needs the permission `invite`.',
    params: ConversationTarget,
    body: AddMembersBody,
    responses: { 200: z.object({ items: z.array(Member) }) },
    errors: [...permissionErrors, 'user.notFound', 'member.alreadyMember'],
    example: { params, body: { userIds: [examples.grace], role: 'member' }, response: { items: [exampleMember] } },
  }),
  'member.patch': route({
    method: 'PATCH',
    path: `${one}/members/{userId}`,
    tag,
    auth: 'user',
    summary: "Change a member's role",
    description: 'Admins and owners change the roles of lower members, to a role below their own. Only an owner can make another owner.',
    params: MemberTarget,
    body: PatchMemberBody,
    responses: { 200: Member },
    errors: [...permissionErrors, 'member.notFound'],
    example: { params: ofGrace, body: { role: 'moderator' }, response: { ...exampleMember, role: 'moderator' } },
  }),
  'member.remove': route({
    method: 'DELETE',
    path: `${one}/members/{userId}`,
    tag,
    auth: 'user',
    summary: 'Remove a member',
    description: 'Ends the membership of a lower member at once, on open sockets too. They can join again if the conversation is public.',
    params: MemberTarget,
    responses: { 204: null },
    errors: [...permissionErrors, 'member.notFound'],
    example: { params: ofGrace },
  }),
  'ban.put': route({
    method: 'PUT',
    path: `${one}/bans/{userId}`,
    tag,
    auth: 'user',
    summary: 'Ban a user',
    description: 'Removes the user if they are a member, and keeps them from joining or being added again.',
    params: MemberTarget,
    responses: { 200: Ban },
    errors: [...permissionErrors, 'user.notFound'],
    example: { params: ofGrace, response: { ...ofGrace, bannedBy: examples.ada, createdAt: examples.changedAt } },
  }),
  'ban.delete': route({
    method: 'DELETE',
    path: `${one}/bans/{userId}`,
    tag,
    auth: 'user',
    summary: 'Lift a ban',
    description: 'Lets a banned user join again. It does not make them a member.',
    params: MemberTarget,
    responses: { 204: null },
    errors: [...permissionErrors, 'user.notFound'],
    example: { params: ofGrace },
  }),
  'invite.create': route({
    method: 'POST',
    path: `${one}/invites`,
    tag,
    auth: 'user',
    summary: 'Create an invite',
    description: 'Creates a code that lets any user join. Needs the permission `invite`.',
    params: ConversationTarget,
    body: CreateInviteBody,
    responses: { 201: Invite },
    errors: permissionErrors,
    example: { params, body: { expiresInSeconds: 604_800, maxUses: 10 }, response: exampleInvite },
  }),
  'invite.accept': route({
    method: 'POST',
    path: '/v1/invites/{code}/accept',
    tag,
    auth: 'user',
    summary: 'Join with an invite',
    description: 'Makes the caller a member of the conversation of the invite, even if it is private. A banned user cannot join.',
    params: InviteTarget,
    responses: { 200: Conversation },
    errors: ['invite.notFound', 'forbidden', 'member.alreadyMember'],
    example: { params: { code: exampleInvite.code }, response: exampleJoinedConversation },
  }),
} as const satisfies Record<string, RouteSpec>;
