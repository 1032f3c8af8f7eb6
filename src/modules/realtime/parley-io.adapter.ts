import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server } from 'socket.io';
import { SocketLifecycle } from './gateway/socket-lifecycle.js';

/**
 * Gives all gateways one Socket.IO server, created by `SocketLifecycle`. Nest binds nothing to its sockets: `SocketLifecycle` runs each
 * connection and the dispatcher runs each command, so that no message passes through rxjs and every command is acknowledged. A process
 * without gateways never creates a server.
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
    // `SocketLifecycle` accepts each socket once, not once per gateway.
  }

  override bindMessageHandlers(): void {
    // The dispatcher runs the commands of all sockets.
  }

  /** Closes the connections that are left after the drain. It does not wait, and leaves the HTTP server to Nest. */
  override async close(io: Server): Promise<void> {
    io.engine.close();
  }
}
