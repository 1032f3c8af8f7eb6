import { findInexactNumber } from '#platform/inexact-number.js';

/** Follows the arguments of an event with a number that would not come back as it was sent. */
export class InexactNumber {
  /** `path` is dotted, within the payload. */
  constructor(readonly path: string) {}
}

/** An event as the client sent it. `ackId` names the answer that the client waits for, if any. */
export interface ClientEvent {
  readonly args: readonly unknown[];
  readonly ackId: number | undefined;
}

/** Enough for every id that a client counts up to, and few enough for an exact number. */
const idDigitsMax = 15;
const eventType = 0x32;
const bracket = 0x5b;
const zero = 0x30;

/**
 * Reads a text packet of Socket.IO's protocol that is an event of the default namespace with a dot in its name. All names in the contract
 * have a dot, and no name that Socket.IO reserves has one. Returns undefined for every other packet, including malformed ones, which
 * Socket.IO's own parser has to handle.
 */
export function readEvent(packet: unknown): ClientEvent | undefined {
  if (typeof packet !== 'string' || packet.charCodeAt(0) !== eventType) return undefined;
  let at = 1;
  let id = 0;
  for (; at <= idDigitsMax; at += 1) {
    const digit = packet.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    id = id * 10 + digit;
  }
  if (packet.charCodeAt(at) !== bracket) return undefined;
  const args = parsePayload(packet.slice(at));
  if (!Array.isArray(args) || typeof args[0] !== 'string' || !args[0].includes('.')) return undefined;
  return { args, ackId: at === 1 ? undefined : id };
}

/** The acknowledgement id of an event packet of the default namespace, without a look at the rest of the packet. */
export function readAckId(packet: unknown): number | undefined {
  const digits = typeof packet === 'string' ? /^[25](?:\d+-)?(\d{1,15})\[/.exec(packet.slice(0, 40))?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** Parses the JSON of a packet; `false` for malformed JSON, as Socket.IO's own parser has it. Adds an `InexactNumber` to the arguments if needed. */
export function parsePayload(text: string): unknown {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return false;
  }
  const path = Array.isArray(payload) ? findInexactNumber(text) : undefined;
  if (Array.isArray(payload) && path !== undefined) payload.push(new InexactNumber(path.split('.').slice(1).join('.')));
  return payload;
}
