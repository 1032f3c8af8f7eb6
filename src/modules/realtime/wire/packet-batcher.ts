import { Injectable } from '@nestjs/common';
import type { Socket as TcpSocket } from 'node:net';
import { directLine, type EngineSocket, writeFramed } from './engine-socket.js';
import { Segment } from './segment.js';

/** A packet over this is sent by itself: copying it would cost more than it saves. */
const packetLengthMax = 65_536;
/** Up to this, what goes to one socket is copied into one buffer; beyond, its buffers are handed over together. */
const copiedBytesMax = 16_384;

/** Where a connection keeps what it is to get at the end of this turn. */
const segmentsOf = Symbol('segments of this turn');
type Waiting = EngineSocket & { [segmentsOf]?: Segment[] | undefined };

/**
 * Gathers what is sent in one turn of the event loop and writes it once per socket: the packets of a room are encoded into one
 * buffer that all its members share, and a member's buffers are written with one call. Each socket gets the same frames in
 * the same order as if each had been sent at once: a segment of a room ends as soon as one of its members is sent something
 * else, or the room changes. A socket that cannot be written to directly at the end of the turn gets its packets through
 * Engine.IO, where the limits of slow readers hold.
 */
@Injectable()
export class Gathering {
  /** The sockets that are to get something at the end of this turn. Not a `Map` with what each gets: see `Slots`. */
  private turn: EngineSocket[] = [];
  /** The segment of each room that may grow. Another one each turn: one that is cleared holds on to what was in it. */
  private growing = new Map<string, Segment>();
  private isScheduled = false;
  private readonly sendBeforeDirectPacket = beforeDirectPacket(this);

  /** Listens for what is sent to the connection past this, so that nothing overtakes what waits here. */
  watch(conn: Waiting): void {
    conn[segmentsOf] = undefined;
    conn.on('packetCreate', this.sendBeforeDirectPacket);
  }

  /** Sends a packet to the members of a room: all that are in it now, and that are asked for only when the packet begins a segment. */
  toRoom(room: string, members: () => Iterable<EngineSocket>, packet: string): void {
    const growing = this.growing.get(room);
    if (growing?.isOpen === true) growing.packets.push(packet);
    else this.growing.set(room, this.toEach(members(), packet));
  }

  /** Sends a packet to several connections. */
  toEach(conns: Iterable<EngineSocket>, packet: string): Segment {
    const segment = new Segment(packet, false);
    for (const conn of conns) this.append(conn, segment);
    return segment;
  }

  /** Sends a packet to one connection. */
  toOne(conn: Waiting, packet: string): void {
    const last = conn[segmentsOf]?.at(-1);
    if (last?.isPrivate === true) last.packets.push(packet);
    else if (packet.length > packetLengthMax) conn.write(packet);
    else this.append(conn, new Segment(packet, true));
  }

  /** The room has other members from now on. */
  roomChanged(room: string): void {
    this.growing.delete(room);
  }

  /** Forgets what waits for a connection that is given up. */
  drop(conn: Waiting): void {
    conn[segmentsOf] = undefined;
  }

  /** Sends what waits for the connection. */
  sendNow(conn: Waiting): void {
    const segments = conn[segmentsOf];
    if (segments === undefined) return;
    conn[segmentsOf] = undefined;
    for (const segment of segments) segment.isOpen = false;
    const line = directLine(conn);
    if (line === undefined) for (const segment of segments) writePackets(conn, segment);
    else writeFrames(line, segments);
  }

  private append(conn: Waiting, segment: Segment): void {
    const segments = conn[segmentsOf];
    if (segments === undefined) {
      conn[segmentsOf] = [segment];
      this.turn.push(conn);
      return this.schedule();
    }
    const last = segments.at(-1);
    if (last !== undefined) last.isOpen = false;
    segments.push(segment);
  }

  /** After this turn's callbacks and promises, before anything is read: what a commit resolves is answered with what it delivers. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    process.nextTick(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.isScheduled = false;
    this.growing = new Map();
    const conns = this.turn;
    this.turn = [];
    for (const conn of conns) this.sendNow(conn);
  };
}

/** One function for all connections: Engine.IO calls it with the one it is about. */
function beforeDirectPacket(gathering: Gathering): (this: EngineSocket) => void {
  return function (this: EngineSocket): void {
    gathering.sendNow(this);
  };
}

function writePackets(conn: EngineSocket, segment: Segment): void {
  if (segment.isPrivate) for (const packet of segment.packets) conn.write(packet);
  else for (const framed of segment.framedPackets()) writeFramed(conn, framed);
}

function writeFrames(line: TcpSocket, segments: readonly Segment[]): void {
  const [first, ...others] = segments.map((segment) => segment.frames());
  if (first === undefined) return;
  if (others.length === 0) {
    line.write(first);
    return;
  }
  const buffers = [first, ...others];
  if (buffers.reduce((sum, { length }) => sum + length, 0) <= copiedBytesMax) {
    line.write(Buffer.concat(buffers));
    return;
  }
  line.cork();
  for (const buffer of buffers) line.write(buffer);
  line.uncork();
}
