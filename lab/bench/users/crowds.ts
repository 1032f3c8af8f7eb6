import { randomUUID } from 'node:crypto';
import { inParallel } from '../../support/in-parallel.js';
import { ChatConnection } from '../generator/chat-connection.js';
import type { Sender } from '../generator/closed-loop.js';
import type { LoadConnection } from '../generator/load-connection.js';
import type { BenchOptions, Defer } from '../scenario.js';
import type { ParleyApi } from './parley-api.js';

/** What a user sends in its handshake: a token to Parley, the names of its rooms to a reference. */
export type Auth = Readonly<Record<string, string>>;

/** The connected users of a scenario. */
export interface Crowd<C extends LoadConnection = LoadConnection> {
  readonly senders: readonly Sender<C>[];
  readonly receivers: readonly C[];
}

/** A conversation and the handshakes of its members. */
export interface NewConversation {
  readonly conversationId: string;
  readonly auths: readonly Auth[];
}

/** A server under load that creates users and conversations. */
export interface ChatServer {
  readonly urls: readonly string[];
  createConversations(count: number, members: number): Promise<readonly NewConversation[]>;
}

/** A reference accepts any room that a client names. */
export function referenceChat(url: string): ChatServer {
  const createOne = (members: number): NewConversation => {
    const conversationId = randomUUID();
    return { conversationId, auths: Array.from({ length: members }, () => ({ rooms: conversationId })) };
  };
  return {
    urls: [url],
    createConversations: (count, members) => Promise.resolve(Array.from({ length: count }, () => createOne(members))),
  };
}

/** On Parley two users share a direct conversation, and more users share a group. */
export function parleyChat(api: ParleyApi, urls: readonly string[]): ChatServer {
  const createOne = async (members: number): Promise<NewConversation> => {
    const users = await inParallel(Array.from({ length: members }), () => api.createUser());
    const [creator, ...others] = users;
    if (creator === undefined) throw new Error('a conversation has members');
    const [other] = others;
    const isPair = other !== undefined && others.length === 1;
    const conversationId = isPair ? await api.createDirect(creator, other) : await api.createGroup(creator, others);
    return { conversationId, auths: users.map(({ token }) => ({ token })) };
  };
  return { urls, createConversations: (count, members) => inParallel(Array.from({ length: count }), () => createOne(members)) };
}

/** Connects pairs: one user of each pair sends, both receive. With two servers each pair has one user on each. */
export async function connectPairs(chat: ChatServer, pairs: number, defer: Defer): Promise<Crowd<ChatConnection>> {
  const conversations = await chat.createConversations(pairs, 2);
  const connections = await connectAll(chat, conversations, defer);
  const senders = conversations.flatMap(({ conversationId }, index): Sender<ChatConnection>[] => {
    const connection = connections[2 * index];
    return connection === undefined ? [] : [{ connection, conversationId, window: 1 }];
  });
  return { senders, receivers: connections };
}

/** Connects the members of one room: every member receives everything and sends, with `window` sends in flight. */
export async function connectRoom(chat: ChatServer, members: number, window: number, defer: Defer): Promise<Crowd<ChatConnection>> {
  const conversations = await chat.createConversations(1, members);
  const connections = await connectAll(chat, conversations, defer);
  const conversationId = conversations[0]?.conversationId ?? '';
  return { senders: connections.map((connection) => ({ connection, conversationId, window })), receivers: connections };
}

/** Connects the members of all conversations in order, spread over the servers. */
async function connectAll(chat: ChatServer, conversations: readonly NewConversation[], defer: Defer): Promise<ChatConnection[]> {
  const opened: ChatConnection[] = [];
  defer(() => opened.forEach((connection) => connection.close()));
  // The first member of a conversation sends. With two servers, half of the senders are on each.
  const places = conversations.flatMap(({ auths }, index) => auths.map((auth, member) => ({ auth, server: index + member })));
  return inParallel(places, async ({ auth, server }) => {
    const connection = await ChatConnection.connect(chat.urls[server % chat.urls.length] ?? '', auth);
    opened.push(connection);
    return connection;
  });
}

/** The full size, or the smaller size of a quick run, scaled by `--scale`; at least `least`. */
export function sized(options: BenchOptions, full: number, quick = full, least = 1): number {
  return Math.max(least, Math.round((options.isQuick ? quick : full) * options.scale));
}
