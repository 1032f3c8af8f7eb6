import { hash } from 'node:crypto';
import type { ClientId } from '#contracts/primitives.js';
import type { ClientKey, KnownMessage } from '../draft.js';

const hourMs = 3_600_000;
/** How long the log remembers the client ids of messages that storage has. */
const windowMs = 24 * hourMs;
/** The largest tolerated clock difference: of a client that is ahead, and between this node and Redis. */
const skewMs = 60_000;
/** Ids from further in the future belong to no hour, because a client that invents times must not create keys in Redis. */
const aheadMs = 24 * hourMs;

/**
 * Whether the log alone can decide if an id is new. A UUIDv7 contains its creation time (`madeAt`), and the log remembers every id
 * that was created within the window and after `since`, when the log last forgot ids. All other ids must be looked up in storage.
 */
export function isRemembered(madeAt: number | undefined, since: number, now: number): boolean {
  return madeAt !== undefined && madeAt > since + skewMs && madeAt <= now + skewMs && now - madeAt <= windowMs;
}

/**
 * The hour under which the log remembers an id from its commit on: the hour in which the id was created. 0 for ids without a time,
 * and for ids whose time is far from that of the message: the log does not remember them by hour. The result depends only on the
 * message, so commit, settle and a retry within the window all compute the same hour.
 */
export function memoryHourOf(madeAt: number | undefined, at: number): number {
  return madeAt !== undefined && madeAt <= at + aheadMs && at - madeAt <= windowMs ? hourOf(madeAt) : 0;
}

/** Full hours since 1970. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}

/** The hash field under which an id is remembered. */
export function digestOf({ conversationId, actorId, clientId }: ClientKey): string {
  return hash('md5', `${conversationId} ${actorId} ${clientId}`, 'base64url');
}

/** A place as the scripts read it: where the log or storage has a client id's message. */
export function formatPlace(seq: number, rev: number, bodyHash: Buffer | null): string {
  return `${seq} ${rev} ${bodyHash?.toString('base64') ?? ''}`;
}

/** Reads a place that `formatPlace` or the commit script wrote. */
export function parsePlace(place: string): KnownMessage {
  const [seq, rev, bodyHash = ''] = place.split(' ');
  return { seq: Number(seq), rev: Number(rev), bodyHash: bodyHash === '' ? null : Buffer.from(bodyHash, 'base64') };
}

/** The creation time in a UUIDv7 (RFC 9562, 5.7), in milliseconds since 1970; undefined for other ids. */
export function creationTimeOf(clientId: ClientId): number | undefined {
  return clientId[14] === '7' ? Number.parseInt(clientId.slice(0, 8) + clientId.slice(9, 13), 16) : undefined;
}
