import { Injectable } from '@nestjs/common';
import type { Socket as TcpSocket } from 'node:net';
import { type EngineSocket, writableTcpSocket, writeFramed } from './engine-socket.js';
import { Segment } from './segment.js';

/** A longer packet is sent by itself: copying it would cost more than it saves. */
const packetLengthMax = 65_536;
/** Up to this size, the buffers for one socket are copied into one; beyond it, they are written together with `cork`. */
const copiedBytesMax = 16_384;

/** The property of a connection that holds its segments of this turn. */
const segmentsOf = Symbol('segments of this turn');
type BatchedSocket = EngineSocket & { [segmentsOf]?: Segment[] | undefined };

/**
 * Batches the packets of one turn of the event loop and writes them once per socket. The packets of a room are encoded into one buffer that
 * all members share, and all buffers for a member are written in one call. Each socket gets the same frames in the same order as if every
 * packet had been sent at once: a room's segment ends as soon as one of its members is sent something else, or the room changes. A socket
 * that cannot be written to directly at the end of the turn gets its packets through Engine.IO, where the limits for slow readers apply.
 */
@Injectable()
export class PacketBatcher {
  /** The sockets to write to at the end of this turn. Each holds its own segments: a busy `Map` leaves garbage in old memory, see `Slots`. */
  private turn: EngineSocket[] = [];
  /** The segment of each room that may still grow. Every turn has a new map: a cleared map would keep its segments in memory. */
  private growing = new Map<string, Segment>();
  private isScheduled = false;
  private readonly flushBeforeDirectPacket = flushBeforeDirectPacket(this);

  /** Watches for packets that bypass the batcher, so that none of them overtakes a batched packet. */
  watchConnection(conn: BatchedSocket): void {
    conn[segmentsOf] = undefined;
    conn.on('packetCreate', this.flushBeforeDirectPacket);
  }

  /** Sends a packet to all current members of a room. `members` is called only when the packet begins a segment. */
  sendToRoom(room: string, members: () => Iterable<EngineSocket>, packet: string): void {
    const growing = this.growing.get(room);
    if (growing?.isOpen === true) growing.packets.push(packet);
    else this.growing.set(room, this.sendToEach(members(), packet));
  }

  /** Sends a packet to several connections. */
  sendToEach(conns: Iterable<EngineSocket>, packet: string): Segment {
    const segment = new Segment(packet, false);
    for (const conn of conns) this.append(conn, segment);
    return segment;
  }

  /** Sends a packet to one connection. */
  sendToOne(conn: BatchedSocket, packet: string): void {
    const last = conn[segmentsOf]?.at(-1);
    if (last?.isPrivate === true) last.packets.push(packet);
    else if (packet.length > packetLengthMax) conn.write(packet);
    else this.append(conn, new Segment(packet, true));
  }

  /** Ends the room's segment, because the room has other members from now on. */
  endRoomSegment(room: string): void {
    this.growing.delete(room);
  }

  /** Discards the packets that wait for the connection. */
  dropPackets(conn: BatchedSocket): void {
    conn[segmentsOf] = undefined;
  }

  /** Sends the packets that wait for the connection. */
  flushPackets(conn: BatchedSocket): void {
    const segments = conn[segmentsOf];
    if (segments === undefined) return;
    conn[segmentsOf] = undefined;
    for (const segment of segments) segment.isOpen = false;
    const tcpSocket = writableTcpSocket(conn);
    if (tcpSocket === undefined) for (const segment of segments) writePackets(conn, segment);
    else writeFrames(tcpSocket, segments);
  }

  private append(conn: BatchedSocket, segment: Segment): void {
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

  /** Runs after this turn's callbacks and promises and before the next read: the acks of a commit leave together with its deliveries. */
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
    for (const conn of conns) this.flushPackets(conn);
  };
}

/** One function for all connections: Engine.IO calls it with the connection as `this`. */
function flushBeforeDirectPacket(batcher: PacketBatcher): (this: EngineSocket) => void {
  return function (this: EngineSocket): void {
    batcher.flushPackets(this);
  };
}

function writePackets(conn: EngineSocket, segment: Segment): void {
  if (segment.isPrivate) for (const packet of segment.packets) conn.write(packet);
  else for (const framed of segment.splitFrames()) writeFramed(conn, framed);
}

function writeFrames(tcpSocket: TcpSocket, segments: readonly Segment[]): void {
  const [first, ...others] = segments.map((segment) => segment.encodeFrames());
  if (first === undefined) return;
  if (others.length === 0) {
    tcpSocket.write(first);
    return;
  }
  const buffers = [first, ...others];
  if (buffers.reduce((sum, { length }) => sum + length, 0) <= copiedBytesMax) {
    tcpSocket.write(Buffer.concat(buffers));
    return;
  }
  tcpSocket.cork();
  for (const buffer of buffers) tcpSocket.write(buffer);
  tcpSocket.uncork();
}
