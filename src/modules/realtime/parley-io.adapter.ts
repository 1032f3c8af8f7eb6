import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server } from 'socket.io';
import { SocketLifecycle } from './gateway/socket-lifecycle.js';

/**
 * Gives all gateways one Socket.IO server, ours. Nest binds nothing to its sockets: their life is `SocketLifecycle`'s and their
 * commands are the dispatcher's, so that no message passes through rxjs and every command is acknowledged. A process without gateways
 * never creates a server.
 */
export class ParleyIoAdapter extends IoAdapter {
  constructor(private readonly app: INestApplication) {
    super(app);
  }

  /** The server on the HTTP server of the application. Called once, for the first gateway. */
  override createIOServer(): Server {
    return this.app.get(SocketLifecycle).createServer(this.app.getHttpServer());
  }

  override bindClientConnect(): void {
    // Each socket has one life cycle, not one for each gateway.
  }

  override bindMessageHandlers(): void {
    // The dispatcher takes the commands of all sockets.
  }

  /** Closes what is left after the drain. It does not wait, and leaves the HTTP server to Nest. */
  override async close(io: Server): Promise<void> {
    io.engine.close();
  }
}
