import { isInView } from '#contracts/conversations/is-in-view.js';

interface RoomViews {
  /** The lowest `seq` in the view of a socket, by the socket's id. */
  readonly fromSeqs: Map<string, number>;
  /** No view in this room begins later. It is not lowered when sockets leave. */
  latestFromSeq: number;
}

/**
 * The sockets of this node that may not see the whole history of a conversation. Rooms in which every socket sees everything, the common
 * case, are not in here, and a message that is in every view takes one look-up.
 */
export class LimitedViews {
  private readonly rooms = new Map<string, RoomViews>();

  /** The socket's view of the room begins at this `seq`, whatever it was before. */
  replaceView(room: string, socketId: string, fromSeq: number): void {
    this.forgetView(room, socketId);
    this.limitView(room, socketId, fromSeq);
  }

  /** From now on the socket sees nothing in the room before this `seq`. A view that begins later stays: a join on another node may be late. */
  limitView(room: string, socketId: string, fromSeq: number): void {
    if (fromSeq <= 1) return;
    const views = this.rooms.get(room) ?? { fromSeqs: new Map<string, number>(), latestFromSeq: 0 };
    views.fromSeqs.set(socketId, Math.max(fromSeq, views.fromSeqs.get(socketId) ?? 1));
    views.latestFromSeq = Math.max(views.latestFromSeq, fromSeq);
    this.rooms.set(room, views);
  }

  /** The socket has left the room. */
  forgetView(room: string, socketId: string): void {
    const views = this.rooms.get(room);
    if (views?.fromSeqs.delete(socketId) === true && views.fromSeqs.size === 0) this.rooms.delete(room);
  }

  /** The sockets that may not see this message; undefined if there is none. */
  findExcluded(room: string, seq: number): ReadonlySet<string> | undefined {
    const views = this.rooms.get(room);
    if (views === undefined || isInView(views.latestFromSeq, seq)) return undefined;
    const excluded = new Set<string>();
    for (const [socketId, fromSeq] of views.fromSeqs) if (!isInView(fromSeq, seq)) excluded.add(socketId);
    return excluded.size === 0 ? undefined : excluded;
  }
}
