import { randomUUID } from 'node:crypto';

const senderId = randomUUID();
const epoch = randomUUID();

/** What an echo answers: the ack, and the event for the members, with the fields and the size of Parley's. */
export interface Echo {
  readonly room: string;
  readonly event: object;
  readonly message: object;
}

/** Gives a send an id and a number, as little as a chat can do. */
export class Echoes {
  private readonly seqOf = new Map<string, number>();

  /** Null when the input is no object that names a conversation. */
  answer(input: unknown): Echo | null {
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

/** The rooms a client asked for in its handshake: `{ rooms: "a,b" }`. One string for each room, however many are in it. */
export function roomsOf(auth: unknown): string[] {
  const rooms = typeof auth === 'object' && auth !== null && 'rooms' in auth ? auth.rooms : undefined;
  if (typeof rooms !== 'string' || rooms === '') return [];
  return rooms.split(',').map((room) => {
    // A copy: a part of a string keeps the whole of it in memory.
    const known = roomNames.get(room) ?? Buffer.from(room).toString();
    roomNames.set(known, known);
    return known;
  });
}

/** Tells the parent process where this server listens. */
export function tellReady(port: number): void {
  process.stdout.write(`${JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${port}` })}\n`);
}
