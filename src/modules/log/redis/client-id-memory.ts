import { hash } from 'node:crypto';
import type { ClientId, ConversationId, UserId } from '#contracts/primitives.js';

const hourMs = 3_600_000;
/** How long the log remembers the client ids of what storage has. */
const windowMs = 24 * hourMs;
/** How far a client's clock may run ahead; and how far this node's may differ from that of Redis. */
const skewMs = 60_000;
/** Ids from beyond this are in no hour: who makes up times must not make up keys. */
const aheadMs = 24 * hourMs;

/** Whose client id, and where. */
export interface ClientKey {
  readonly conversationId: ConversationId;
  readonly actorId: UserId;
  readonly clientId: ClientId;
}

/**
 * Whether the log alone can tell if this id is new: a UUIDv7 says when it was made, and everything that was made since `since`
 * (when the log last forgot something) and within the window is remembered. Of all others storage has to be asked first.
 */
export function isRemembered(madeAt: number | undefined, since: number, now: number): boolean {
  return madeAt !== undefined && madeAt > since + skewMs && madeAt <= now + skewMs && now - madeAt <= windowMs;
}

/**
 * The hour in which an id was made, by which the log remembers it from its commit on; 0 for what it does not remember by hours:
 * ids that carry no time, or one that is far from that of the message. It follows from the message alone, so commit and settle
 * agree, and whoever repeats a message within the window comes to the same hour.
 */
export function memoryHourOf(madeAt: number | undefined, at: number): number {
  return madeAt !== undefined && madeAt <= at + aheadMs && at - madeAt <= windowMs ? hourOf(madeAt) : 0;
}

/** The hour of a time, counted from 1970. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}

/** The field under which an id is remembered. */
export function digestOf({ conversationId, actorId, clientId }: ClientKey): string {
  return hash('md5', `${conversationId} ${actorId} ${clientId}`, 'base64url');
}

export function formatPlace(seq: number, rev: number, bodyHash: Buffer | null): string {
  return `${seq} ${rev} ${bodyHash?.toString('base64') ?? ''}`;
}

/** Milliseconds since 1970 in a UUIDv7 (RFC 9562, 5.7); undefined for other ids. */
export function timeOf(clientId: ClientId): number | undefined {
  return clientId[14] === '7' ? Number.parseInt(clientId.slice(0, 8) + clientId.slice(9, 13), 16) : undefined;
}
