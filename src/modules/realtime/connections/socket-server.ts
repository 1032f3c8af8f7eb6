import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { Gathering } from '../wire/packet-batcher.js';
import { eventPacket } from '../wire/packets.js';
import { metrics } from '#platform/metrics.js';
import type { RoomEvent } from './room-event.js';
import type { EngineSocket } from '../wire/engine-socket.js';

/** Holds the Socket.IO server of this node once it runs. A process without one (a worker) has nobody to emit to. */
@Injectable()
export class SocketServer {
  private readonly logger = new Logger(SocketServer.name);
  io: Server | undefined;
  /** Set when the server goes down: handshakes and commands are refused with `overloaded`. */
  isDraining = false;

  /** The name of each room as its first member brought it. */
  private readonly names = new Map<string, string>();

  constructor(private readonly gathering: Gathering) {}

  /** Takes the server into use: from now on rooms and connections are watched, so that what is gathered keeps its order. */
  run(io: Server): void {
    this.io = io;
    io.engine.on('connection', (conn: EngineSocket) => this.gathering.watch(conn));
    io.sockets.adapter.on('create-room', (room: string) => this.names.set(room, room));
    io.sockets.adapter.on('delete-room', (room: string) => this.names.delete(room));
    for (const change of ['join-room', 'leave-room']) io.sockets.adapter.on(change, (room: string) => this.gathering.roomChanged(room));
  }

  /** The same text, in memory once for all members of the room and not once for each. */
  sharedName(room: string): string {
    return this.names.get(room) ?? room;
  }

  /** Sends an event to the sockets of this node, at the end of the loop's turn and in order with all else they get. Never throws. */
  emit({ room, exceptRoom, onlyRoom, event, payload }: RoomEvent): void {
    const listeners = onlyRoom ?? room;
    if (this.io === undefined || (listeners !== undefined && !this.hasAnybody(listeners))) return;
    try {
      const packet = eventPacket(event, payload);
      if (listeners !== undefined && exceptRoom === undefined) {
        this.gathering.toRoom(listeners, () => this.connectionsIn(listeners), packet);
      } else this.gathering.toEach(this.connectionsIn(listeners, exceptRoom), packet);
      metrics.countDelivered();
    } catch (err) {
      this.logger.error({ err, event }, 'an event could not be sent');
    }
  }

  /** Whether a socket of this node is in the room. */
  hasAnybody(room: string): boolean {
    return this.io?.sockets.adapter.rooms.has(room) ?? false;
  }

  /** The connections of the sockets in a room, or of all. */
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
