import { z } from 'zod';
import { AddMembersBody, Ban, Conversation, ConversationName, CreateConversationBody, CreateInviteBody, Invite, InviteCode, Member, PatchConversationBody, PatchMemberBody, PublicConversationsQuery } from '../conversations.js';
import { ConversationSummary } from '../messages.js';
import { PageQuery, pageOf } from '../primitives.js';
import { conversationParams, memberParams, notAllowed, notAMember, type RouteSpec } from './route.js';

const tag = 'conversations';
const one = '/v1/conversations/{conversationId}';

export const conversationRoutes = {
  'conversation.create': { method: 'POST', path: '/v1/conversations', tag, auth: 'user', summary: 'Make a conversation; 200 for a direct one that exists', body: CreateConversationBody, responses: { 201: Conversation, 200: Conversation }, errors: ['user.notFound', 'conversation.nameTaken', 'forbidden'] },
  'conversation.list': { method: 'GET', path: '/v1/conversations', tag, auth: 'user', summary: 'My conversations, latest activity first', query: PageQuery, responses: { 200: pageOf(ConversationSummary) } },
  'conversation.listPublic': { method: 'GET', path: '/v1/conversations/public', tag, auth: 'user', summary: 'The directory of public conversations', query: PublicConversationsQuery, responses: { 200: pageOf(Conversation) } },
  'conversation.byName': { method: 'GET', path: '/v1/conversations/by-name/{name}', tag, auth: 'user', summary: 'A public conversation, or one of mine, by its name', params: z.strictObject({ name: ConversationName }), responses: { 200: Conversation }, errors: notAMember },
  'conversation.get': { method: 'GET', path: one, tag, auth: 'user', summary: 'A conversation', params: conversationParams, responses: { 200: Conversation }, errors: notAMember },
  'conversation.patch': { method: 'PATCH', path: one, tag, auth: 'user', summary: 'Change name, title, visibility, policy or metadata', params: conversationParams, body: PatchConversationBody, responses: { 200: Conversation }, errors: [...notAllowed, 'conversation.nameTaken'] },
  'conversation.delete': { method: 'DELETE', path: one, tag, auth: 'user', summary: 'Delete a conversation for everybody', params: conversationParams, responses: { 204: null }, errors: notAllowed },
  'conversation.join': { method: 'POST', path: `${one}/join`, tag, auth: 'user', summary: 'Join a public conversation', params: conversationParams, responses: { 200: Conversation }, errors: [...notAllowed, 'member.alreadyMember'] },
  'conversation.leave': { method: 'POST', path: `${one}/leave`, tag, auth: 'user', summary: 'Leave a conversation', params: conversationParams, responses: { 204: null }, errors: notAllowed },
  'conversation.members': { method: 'GET', path: `${one}/members`, tag, auth: 'user', summary: 'The members', params: conversationParams, query: PageQuery, responses: { 200: pageOf(Member) }, errors: notAMember },
  'member.add': { method: 'POST', path: `${one}/members`, tag, auth: 'user', summary: 'Add members; who is one already stays as they are', params: conversationParams, body: AddMembersBody, responses: { 200: z.object({ items: z.array(Member) }) }, errors: [...notAllowed, 'user.notFound', 'member.alreadyMember'] },
  'member.patch': { method: 'PATCH', path: `${one}/members/{userId}`, tag, auth: 'user', summary: "Change a member's role", params: memberParams, body: PatchMemberBody, responses: { 200: Member }, errors: [...notAllowed, 'member.notFound'] },
  'member.remove': { method: 'DELETE', path: `${one}/members/{userId}`, tag, auth: 'user', summary: 'Remove a member; out at once, on open sockets too', params: memberParams, responses: { 204: null }, errors: [...notAllowed, 'member.notFound'] },
  'ban.put': { method: 'PUT', path: `${one}/bans/{userId}`, tag, auth: 'user', summary: 'Remove a user and keep them out', params: memberParams, responses: { 200: Ban }, errors: [...notAllowed, 'user.notFound'] },
  'ban.delete': { method: 'DELETE', path: `${one}/bans/{userId}`, tag, auth: 'user', summary: 'Let a banned user join again', params: memberParams, responses: { 204: null }, errors: [...notAllowed, 'user.notFound'] },
  'invite.create': { method: 'POST', path: `${one}/invites`, tag, auth: 'user', summary: 'Make an invite code', params: conversationParams, body: CreateInviteBody, responses: { 201: Invite }, errors: notAllowed },
  'invite.accept': { method: 'POST', path: '/v1/invites/{code}/accept', tag, auth: 'user', summary: 'Join with an invite code', params: z.strictObject({ code: InviteCode }), responses: { 200: Conversation }, errors: ['invite.notFound', 'forbidden', 'member.alreadyMember'] },
} as const satisfies Record<string, RouteSpec>;
