import { z } from 'zod';

/**
 * What users do. Nothing here is measured: these are assumptions, and every figure of the result depends on them.
 */
export const behaviourSchema = z.object({
  /** Users with an open socket at the busiest minute of the day. */
  connectedAtPeak: z.int().positive().default(1_000_000),
  /** The share of these users who are connected at the quietest minute. */
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
  /** The share of members who are connected when a message arrives. */
  membersConnectedShare: z.number().min(0).max(1).default(0.4),
  /** Read receipts per delivered message; below 1, because clients advance their cursor once for many messages. */
  receiptsPerDelivery: z.number().min(0).default(0.3),
  retentionDays: z.int().positive().default(365),
});
export type Behaviour = z.output<typeof behaviourSchema>;

/** The requirements and sizes of the machines. */
export const capacitySchema = z.object({
  /** The share of a core that may be in use at the busiest minute. The rest is for bursts and for the clients of a dead node. */
  coreShareMax: z.number().min(0.1).max(1).default(0.6),
  /** Memory of one API process. */
  apiBytesMax: z
    .number()
    .positive()
    .default(2 * 2 ** 30),
  /** Cores of a Postgres machine. */
  postgresCores: z.int().positive().default(16),
  /** Length of an outage of Postgres at the busiest time, in minutes. */
  postgresOutageMinutes: z.number().min(0).default(3),
  /** Seconds within which the clients of a dead node reconnect. */
  reconnectSeconds: z.number().positive().default(30),
});
export type Capacity = z.output<typeof capacitySchema>;

/** The average number of members in the conversation of a message. */
export function membersPerMessage({ conversations }: Behaviour): number {
  const shares = conversations.reduce((sum, { share }) => sum + share, 0);
  return conversations.reduce((sum, { members, share }) => sum + (members * share) / shares, 0);
}

/** The average number of sockets that get the receipts of a message, as every reader's receipt goes to every connected member. */
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

/** The average number of API nodes that a message reaches if members are spread over `nodes` at random. */
export function nodesPerMessage({ conversations, membersConnectedShare, socketsPerUser }: Behaviour, nodes: number): number {
  const shares = conversations.reduce((sum, { share }) => sum + share, 0);
  return conversations.reduce((sum, { members, share }) => {
    const sockets = members * membersConnectedShare * socketsPerUser;
    return sum + (nodes * (1 - (1 - 1 / nodes) ** sockets) * share) / shares;
  }, 0);
}
