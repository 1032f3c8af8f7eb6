import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { metrics } from '#platform/metrics.js';
import type { EngineSocket } from '../wire/engine-socket.js';
import { PacketBatcher } from '../wire/packet-batcher.js';
import { eventPacket } from '../wire/packets.js';
import type { RoomEvent } from './room-event.js';

/** Holds the Socket.IO server of this node once it exists. A process without a server, such as a worker, has no sockets to emit to. */
@Injectable()
export class SocketServer {
  private readonly logger = new Logger(SocketServer.name);
  io: Server | undefined;
  /** Set when the server shuts down: handshakes and commands are refused with `overloaded`. */
  isDraining = false;

  /** The name of each room, as its first member brought it. */
  private readonly names = new Map<string, string>();

  constructor(private readonly batcher: PacketBatcher) {}

  /** Takes the server into use. From now on the batcher watches rooms and connections, so that batched packets keep their order. */
  useServer(io: Server): void {
    this.io = io;
    io.engine.on('connection', (conn: EngineSocket) => this.batcher.watchConnection(conn));
    io.sockets.adapter.on('create-room', (room: string) => this.names.set(room, room));
    io.sockets.adapter.on('delete-room', (room: string) => this.names.delete(room));
    for (const change of ['join-room', 'leave-room']) io.sockets.adapter.on(change, (room: string) => this.batcher.endRoomSegment(room));
  }

  /** The room's name as one string for all members, so that it is in memory once. */
  shareRoomName(room: string): string {
    return this.names.get(room) ?? room;
  }

  /** Sends an event to the sockets of this node at the end of the loop's turn, in order with their other packets. Never throws. */
  emitEvent({ room, exceptRoom, onlyRoom, event, payload }: RoomEvent): void {
    const listeners = onlyRoom ?? room;
    if (this.io === undefined || (listeners !== undefined && !this.hasSockets(listeners))) return;
    try {
      const packet = eventPacket(event, payload);
      if (listeners !== undefined && exceptRoom === undefined) {
        this.batcher.sendToRoom(listeners, () => this.connectionsIn(listeners), packet);
      } else this.batcher.sendToEach(this.connectionsIn(listeners, exceptRoom), packet);
      metrics.countDelivered();
    } catch (error) {
      this.logger.error({ err: error, event }, 'an event could not be sent');
    }
  }

  /** Whether a socket of this node is in the room. */
  hasSockets(room: string): boolean {
    return this.io?.sockets.adapter.rooms.has(room) ?? false;
  }

  /** The connections of the sockets in a room, or of all sockets. */
  private connectionsIn(room: string | undefined, exceptRoom?: string): EngineSocket[] {
    if (this.io === undefined) return [];
    const { adapter, sockets } = this.io.sockets;
    const except = exceptRoom === undefined ? undefined : adapter.rooms.get(exceptRoom);
    const found: EngineSocket[] = [];
    for (const id of (room === undefined ? sockets.keys() : adapter.rooms.get(room)) ?? []) {
      const socket = except?.has(id) === true ? undefined : sockets.get(id);
      if (socket !== undefined) found.push(socket.conn);
    }
    return found;
  }
}
