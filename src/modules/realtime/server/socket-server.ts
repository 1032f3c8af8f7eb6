import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import type { RoomEvent } from '../relay/relay.js';

/** Holds the Socket.IO server of this node once it runs. A process without one (a worker) has nobody to emit to. */
@Injectable()
export class SocketServer {
  private readonly logger = new Logger(SocketServer.name);
  io: Server | undefined;
  /** Set when the server goes down: handshakes and commands are refused with `overloaded`. */
  isDraining = false;

  /** Sends an event to the sockets of this node. Never throws. */
  emit({ room, exceptRoom, onlyRoom, event, payload }: RoomEvent): void {
    const { io } = this;
    if (io === undefined) return;
    try {
      const listeners = onlyRoom ?? room;
      const target = listeners === undefined ? io.except([]) : io.to(listeners);
      (exceptRoom === undefined ? target : target.except(exceptRoom)).emit(event, payload);
    } catch (err) {
      this.logger.error({ err, event }, 'an event could not be sent');
    }
  }

  /** Whether a socket of this node is in the room. */
  hasAnybody(room: string): boolean {
    return this.io?.sockets.adapter.rooms.has(room) ?? false;
  }
}
