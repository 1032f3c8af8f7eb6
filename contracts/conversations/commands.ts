import { z } from 'zod';
import type { CommandSpec } from '../command.js';
import { ConversationId, PageQuery, pageOf } from '../primitives.js';
import { conversationTarget, notAllowed, notAMember } from '../targets.js';
import { Conversation, ConversationSummary, CreateConversationBody, Member, PublicConversationsQuery } from './schemas.js';

const empty = z.strictObject({});

export const conversationCommands = {
  'conversation.create': {
    summary: 'Make a conversation; the existing one for a direct pair',
    input: CreateConversationBody,
    data: Conversation,
    errors: ['user.notFound', 'conversation.nameTaken', 'forbidden'],
  },
  'conversation.list': { summary: 'My conversations, latest activity first', input: PageQuery, data: pageOf(ConversationSummary) },
  'conversation.get': { summary: 'A conversation', input: conversationTarget, data: Conversation, errors: notAMember },
  'conversation.join': {
    summary: 'Join a public conversation',
    input: conversationTarget,
    data: Conversation,
    errors: [...notAllowed, 'member.alreadyMember'],
  },
  'conversation.leave': { summary: 'Leave a conversation', input: conversationTarget, data: empty, errors: notAllowed },
  'conversation.members': {
    summary: 'The members',
    input: PageQuery.extend({ conversationId: ConversationId }),
    data: pageOf(Member),
    errors: notAMember,
  },
  'conversation.listPublic': {
    summary: 'The directory of public conversations',
    input: PublicConversationsQuery,
    data: pageOf(Conversation),
  },
} as const satisfies Record<string, CommandSpec>;
