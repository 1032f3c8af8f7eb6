/** An event as a client sent it. `ackId`: names the answer it waits for, if it waits for one. */
export interface ReadEvent {
  readonly args: readonly unknown[];
  readonly ackId: number | undefined;
}

/** Enough for every id a client counts up to, and exact as a number. */
const idDigitsMax = 15;
const eventType = 0x32;
const bracket = 0x5b;
const zero = 0x30;

/**
 * Reads a text packet of Socket.IO's protocol that is an event of the default namespace with a dot in its name, as all names of the
 * contract have and none that Socket.IO keeps for itself. Anything else, also what is malformed, is undefined: Socket.IO's own
 * parser has to see it.
 */
export function readEvent(packet: unknown): ReadEvent | undefined {
  if (typeof packet !== 'string' || packet.charCodeAt(0) !== eventType) return undefined;
  let at = 1;
  let id = 0;
  for (; at <= idDigitsMax; at += 1) {
    const digit = packet.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    id = id * 10 + digit;
  }
  if (packet.charCodeAt(at) !== bracket) return undefined;
  const args = parse(packet.slice(at));
  if (!Array.isArray(args) || typeof args[0] !== 'string' || !args[0].includes('.')) return undefined;
  return { args, ackId: at === 1 ? undefined : id };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
