import { randomUUID } from 'node:crypto';

const senderId = randomUUID();
const epoch = randomUUID();

/** An ack and the event for the members, with the fields and the size of Parley's. */
export interface Echo {
  readonly room: string;
  readonly event: object;
  readonly message: object;
}

/** Gives each send an id and a number: the least that a chat server can do. */
export class Echoes {
  private readonly seqOf = new Map<string, number>();

  /** Null if the input does not name a conversation. */
  echo(input: unknown): Echo | null {
    if (typeof input !== 'object' || input === null || !('conversationId' in input)) return null;
    const room = String(input.conversationId);
    const seq = (this.seqOf.get(room) ?? 0) + 1;
    this.seqOf.set(room, seq);
    const message = {
      id: randomUUID(),
      conversationId: room,
      seq,
      rev: seq,
      clientId: 'clientId' in input ? input.clientId : null,
      senderId,
      text: 'text' in input ? input.text : null,
      replyTo: null,
      mentions: [],
      reactions: [],
      metadata: {},
      pinnedAt: null,
      createdAt: new Date().toISOString(),
      editedAt: null,
      deletedAt: null,
    };
    return { room, event: { ...message, epoch }, message };
  }
}

const roomNames = new Map<string, string>();

/** The rooms that a client names in its handshake: `{ rooms: "a,b" }`. All members of a room share one string. */
export function roomsOf(auth: unknown): string[] {
  const rooms = typeof auth === 'object' && auth !== null && 'rooms' in auth ? auth.rooms : undefined;
  if (typeof rooms !== 'string' || rooms === '') return [];
  return rooms.split(',').map((room) => {
    // A copy, because a substring keeps the whole string in memory.
    const known = roomNames.get(room) ?? Buffer.from(room).toString();
    roomNames.set(known, known);
    return known;
  });
}

/** Logs for the parent process that this server listens on a port. */
export function logReady(port: number): void {
  process.stdout.write(`${JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${port}` })}\n`);
}
