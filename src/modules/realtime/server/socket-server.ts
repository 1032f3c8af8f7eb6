import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';

/** Holds the Socket.IO server once it runs. A process without one (a worker) emits to nobody. */
@Injectable()
export class SocketServer {
  io: Server | undefined;
  /** Set when the server goes down: handshakes and commands are refused with `overloaded`. */
  isDraining = false;
}
