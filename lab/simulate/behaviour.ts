import { z } from 'zod';

/**
 * What people do. None of it was measured: these are the inputs of whoever asks, and every figure of the result moves with them.
 */
export const behaviourSchema = z.object({
  /** Users with an open socket at the busiest minute of the day. */
  connectedAtPeak: z.int().positive().default(1_000_000),
  /** Of these, how many are there at the quietest minute. */
  quietShare: z.number().min(0).max(1).default(0.3),
  socketsPerUser: z.number().min(1).default(1.2),
  /** How long a socket stays open. */
  sessionMinutes: z.number().positive().default(30),
  messagesPerConnectedHour: z.number().positive().default(6),
  /** Sizes of conversations, by their share of all messages. */
  conversations: z.array(z.object({ members: z.int().min(2), share: z.number().positive() })).default([
    { members: 2, share: 0.6 },
    { members: 12, share: 0.3 },
    { members: 100, share: 0.09 },
    { members: 2000, share: 0.01 },
  ]),
  /** Of the members, how many are connected when a message comes. */
  membersConnectedShare: z.number().min(0).max(1).default(0.4),
  /** Read receipts per delivered message: clients advance their cursor once for many. */
  receiptsPerDelivery: z.number().min(0).default(0.3),
  retentionDays: z.int().positive().default(365),
});
export type Behaviour = z.output<typeof behaviourSchema>;

/** What the machines are asked for. */
export const capacitySchema = z.object({
  /** How much of a core may be in use at the busiest minute: the rest is for bursts and for the clients of a node that died. */
  coreShareMax: z.number().min(0.1).max(1).default(0.6),
  /** Memory of one API process. */
  apiBytesMax: z
    .number()
    .positive()
    .default(2 * 2 ** 30),
  /** Cores of the one Postgres. */
  postgresCores: z.int().positive().default(16),
  /** Minutes for which Postgres is away, at the busiest time. */
  postgresOutageMinutes: z.number().min(0).default(3),
  /** Seconds in which the clients of a node that died come back. */
  reconnectSeconds: z.number().positive().default(30),
});
export type Capacity = z.output<typeof capacitySchema>;

/** Members of the conversation of an average message. */
export function membersPerMessage({ conversations }: Behaviour): number {
  const shares = conversations.reduce((sum, { share }) => sum + share, 0);
  return conversations.reduce((sum, { members, share }) => sum + (members * share) / shares, 0);
}

/** Sockets that the receipts of an average message are told to: every reader's receipt goes to every member who is there. */
export function receiptDeliveriesPerMessage({
  conversations,
  membersConnectedShare,
  socketsPerUser,
  receiptsPerDelivery,
}: Behaviour): number {
  const shares = conversations.reduce((sum, { share }) => sum + share, 0);
  return conversations.reduce((sum, { members, share }) => {
    const sockets = members * membersConnectedShare * socketsPerUser;
    return sum + (sockets * receiptsPerDelivery * sockets * share) / shares;
  }, 0);
}

/** API nodes that an average message reaches, when members are spread over `nodes` at random. */
export function nodesPerMessage({ conversations, membersConnectedShare, socketsPerUser }: Behaviour, nodes: number): number {
  const shares = conversations.reduce((sum, { share }) => sum + share, 0);
  return conversations.reduce((sum, { members, share }) => {
    const sockets = members * membersConnectedShare * socketsPerUser;
    return sum + (nodes * (1 - (1 - 1 / nodes) ** sockets) * share) / shares;
  }, 0);
}
