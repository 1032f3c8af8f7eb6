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
  const args = parseJson(packet.slice(at));
  if (!Array.isArray(args) || typeof args[0] !== 'string' || !args[0].includes('.')) return undefined;
  return { args, ackId: at === 1 ? undefined : id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
