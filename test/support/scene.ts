import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Conversation, CreateConversationBody } from '#contracts/conversations/schemas.js';
import type { Message, SendMessageBody } from '#contracts/messages/schemas.js';
import type { ConversationId } from '#contracts/primitives.js';
import { api } from './api.js';
import { guests, type Person } from './people.js';
import { itemAt } from './present.js';

/** The setting of most cases: a private group with one message, and a non-member. */
export interface Scene {
  readonly owner: Person;
  readonly member: Person;
  /** Logged in, not a member. */
  readonly stranger: Person;
  readonly conversation: Conversation;
  readonly conversationId: ConversationId;
  /** Sent by the owner; its `seq` is 1. */
  readonly message: Message;
}

export async function scene(settings: Partial<z.input<typeof CreateConversationBody>> = {}): Promise<Scene> {
  const people = await guests(3);
  const [owner, member, stranger] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  const conversation = await makeConversation(owner, [member], settings);
  const message = await say(owner, conversation.id, 'the first message');
  return { owner, member, stranger, conversation, conversationId: conversation.id, message };
}

/** Creates a conversation, by default a group, of `owner` with these members. */
export async function makeConversation(
  owner: Person,
  members: readonly Person[] = [],
  settings: Partial<z.input<typeof CreateConversationBody>> = {},
): Promise<Conversation> {
  const memberIds = members.map((member) => member.userId);
  const answer = await api(owner).call('conversation.create', { body: { type: 'group', memberIds, ...settings } });
  return answer.ok(201);
}

/** Sends a message over REST. */
export async function say(
  sender: Person,
  conversationId: string,
  text: string,
  more: Partial<z.input<typeof SendMessageBody>> = {},
): Promise<Message> {
  const answer = await api(sender).call('message.send', { params: { conversationId }, body: { clientId: randomUUID(), text, ...more } });
  return answer.ok(201);
}

/** All messages of a conversation as this member sees them, oldest first. */
export async function readAll(reader: Person, conversationId: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let after = 0; ;) {
    const query = { after, limit: 200, order: 'asc' } as const;
    const page = (await api(reader).call('message.history', { params: { conversationId }, query })).ok(200);
    all.push(...page.items);
    if (!page.hasNewer || page.newestSeq === null) return all;
    after = page.newestSeq;
  }
}
