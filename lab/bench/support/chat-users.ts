import { randomUUID } from 'node:crypto';
import type { BenchOptions, Defer } from '../scenario.js';
import { ChatConnection } from './chat-connection.js';
import { inParallel } from '../../support/in-parallel.js';
import type { Sender } from './load.js';
import type { LoadConnection } from './load-connection.js';
import type { ParleyDoor } from './parley-door.js';

/** The users of a scenario, connected: who sends and who is delivered to. */
export interface Crowd<C extends LoadConnection = LoadConnection> {
  readonly senders: readonly Sender<C>[];
  readonly receivers: readonly C[];
}

/** Users who can be connected to a server: to Parley with a token, to a reference with the rooms they want. */
export interface Town {
  readonly urls: readonly string[];
  /** Conversations, each with as many users as asked for, as the `auth` of their handshake. */
  settle(conversations: number, members: number): Promise<readonly Household[]>;
}

/** One conversation and its members. */
export interface Household {
  readonly conversationId: string;
  readonly auths: readonly Readonly<Record<string, string>>[];
}

/** A reference believes whatever rooms a client names. */
export function referenceTown(url: string): Town {
  return {
    urls: [url],
    settle: (conversations, members) =>
      Promise.resolve(
        Array.from({ length: conversations }, () => {
          const conversationId = randomUUID();
          return { conversationId, auths: Array.from({ length: members }, () => ({ rooms: conversationId })) };
        }),
      ),
  };
}

/** Parley's users are guests; two make a direct conversation, more a group. */
export function parleyTown(door: ParleyDoor, urls: readonly string[]): Town {
  const settleOne = async (members: number): Promise<Household> => {
    const users = await inParallel(Array.from({ length: members }), () => door.makeUser());
    const [maker, ...others] = users;
    if (maker === undefined) throw new Error('a conversation has members');
    const [other] = others;
    const isPair = other !== undefined && others.length === 1;
    const conversationId = isPair ? await door.makeDirect(maker, other) : await door.makeGroup(maker, others);
    return { conversationId, auths: users.map(({ token }) => ({ token })) };
  };
  return { urls, settle: (conversations, members) => inParallel(Array.from({ length: conversations }), () => settleOne(members)) };
}

/** Pairs: one of each sends, both are delivered. With two servers each pair has one user on each. */
export async function connectPairs(town: Town, pairs: number, defer: Defer): Promise<Crowd<ChatConnection>> {
  const households = await town.settle(pairs, 2);
  const connections = await connectAll(town, households, defer);
  const senders = households.flatMap(({ conversationId }, index): Sender<ChatConnection>[] => {
    const connection = connections[2 * index];
    return connection === undefined ? [] : [{ connection, conversationId, window: 1 }];
  });
  return { senders, receivers: connections };
}

/** One room: every member sends, with so many sends under way, and is delivered everything. */
export async function connectRoom(town: Town, members: number, window: number, defer: Defer): Promise<Crowd<ChatConnection>> {
  const households = await town.settle(1, members);
  const connections = await connectAll(town, households, defer);
  const conversationId = households[0]?.conversationId ?? '';
  return { senders: connections.map((connection) => ({ connection, conversationId, window })), receivers: connections };
}

/** Connects the members of all conversations, in their order, spread over the servers. */
async function connectAll(town: Town, households: readonly Household[], defer: Defer): Promise<ChatConnection[]> {
  const made: ChatConnection[] = [];
  defer(() => made.forEach((connection) => connection.close()));
  // The first of a conversation sends: with two servers half of all senders are on each.
  const places = households.flatMap(({ auths }, index) => auths.map((auth, member) => ({ auth, server: index + member })));
  return inParallel(places, async ({ auth, server }) => {
    const connection = await ChatConnection.connect(town.urls[server % town.urls.length] ?? '', auth);
    made.push(connection);
    return connection;
  });
}

/** A size of the design, or its share on a quick or scaled run; at least `least`. */
export function sized(options: BenchOptions, full: number, quick = full, least = 1): number {
  return Math.max(least, Math.round((options.isQuick ? quick : full) * options.scale));
}
