import { createHash } from 'node:crypto';
import type { ClientId, ConversationId, UserId } from '../../../../contracts/primitives.js';
import type { LogKeys } from './log-keys.js';

const hourMs = 3_600_000;
/** How long the log remembers the client ids of what storage has. */
const windowMs = 24 * hourMs;
/** How far a client's clock may run ahead; and how far this node's may differ from that of Redis. */
const skewMs = 60_000;
/** The memory outlives the window, so that no node takes an id for new that another one has just let go. */
const memoryMs = windowMs + 2 * hourMs;

/** Whose client id, and where. */
export interface ClientKey {
  readonly conversationId: ConversationId;
  readonly actorId: UserId;
  readonly clientId: ClientId;
}

/** Where the client id of a settled message is remembered. */
export interface SettledPlace {
  readonly key: string;
  /** Empty when the key is a string. */
  readonly field: string;
  /** Second at which the memory may end; 0 where the key has its own end. */
  readonly endsAt: number;
}

/**
 * Whether the log alone can tell if this id is new: a UUIDv7 says when it was made, and everything that was made since `since`
 * (when the log last forgot something) and within the window is remembered. Of all others storage has to be asked first.
 */
export function isRemembered(clientId: ClientId, since: number, now: number): boolean {
  const madeAt = timeOf(clientId);
  return madeAt !== undefined && madeAt > since + skewMs && madeAt <= now + skewMs && now - madeAt <= windowMs;
}

/**
 * The memory of a settled id. Ids of the window lie in the hash of the hour in which they were made, which ends as a whole.
 * Others are found in storage; for some minutes they are remembered too, because whoever asked storage just before the
 * message came there must not take the id for new.
 */
export function settledPlace(keys: LogKeys, { conversationId, actorId, clientId }: ClientKey, since: number, now: number): SettledPlace {
  const digest = createHash('md5').update(`${conversationId} ${actorId} ${clientId}`).digest('base64url');
  if (!isRemembered(clientId, since, now)) return { key: keys.late(digest), field: '', endsAt: 0 };
  const hour = Math.floor((timeOf(clientId) ?? now) / hourMs);
  return { key: keys.idsOfHour(hour), field: digest, endsAt: Math.ceil((hour * hourMs + hourMs + memoryMs) / 1000) };
}

/** The field of a client id among those of a conversation's log. */
export function clientField(actorId: UserId, clientId: ClientId | null): string {
  return clientId === null ? '' : `${actorId} ${clientId}`;
}

export function writePlace(seq: number, rev: number, bodyHash: Buffer | null): string {
  return `${seq} ${rev} ${bodyHash?.toString('base64') ?? ''}`;
}

/** Milliseconds since 1970 in a UUIDv7 (RFC 9562, 5.7). */
function timeOf(clientId: ClientId): number | undefined {
  return clientId[14] === '7' ? Number.parseInt(clientId.slice(0, 8) + clientId.slice(9, 13), 16) : undefined;
}
