import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server, type Socket } from 'socket.io';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionListeners } from './connection-listeners.js';
import { Connections } from '../connections/connections.js';
import { forgetHandshake } from '../wire/engine-socket.js';
import { FollowOthers } from './follow-nodes.js';
import { HandOver } from './hand-over.js';
import { Handshake } from './handshake.js';
import { OpenConnection } from './open-connection.js';
import { Revocations } from '../connections/revocations.js';
import { RoomOrder } from '../rooms/room-order.js';
import { serverOptions } from './server-options.js';
import { SocketServer } from '../connections/socket-server.js';
import { Sweep } from './sweep.js';

/** Creates the Socket.IO server, and takes each socket from its handshake to its disconnect. */
@Injectable()
export class SocketLifecycle implements OnApplicationBootstrap {
  private readonly logger = new Logger(SocketLifecycle.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly adapterHost: HttpAdapterHost,
    private readonly server: SocketServer,
    private readonly handshake: Handshake,
    private readonly connections: Connections,
    private readonly revocations: Revocations,
    private readonly opening: OpenConnection,
    private readonly dispatcher: Dispatcher,
    private readonly closer: Closer,
    private readonly listeners: ConnectionListeners,
    private readonly sweep: Sweep,
    private readonly others: FollowOthers,
    private readonly order: RoomOrder,
    private readonly handOver: HandOver,
  ) {}

  /** Creates the server on the HTTP server of this process. Nest calls this for the first gateway, before any module is initialised. */
  createServer(httpServer: HttpServer): Server {
    const io: Server = new Server(
      httpServer,
      serverOptions(this.config, () => io.engine.clientsCount - this.connections.size),
    );
    io.engine.generateId = () => this.handOver.newSessionId();
    io.use(this.handshake.middleware);
    io.on('connection', (socket) => this.connected(socket));
    this.server.run(io);
    io.sockets.adapter.on('delete-room', (room: string) => this.order.forget(room));
    return io;
  }

  /** Begins the work beside the sockets when every module is ready and nothing listens yet. The hand-over goes in front of all other listeners. */
  onApplicationBootstrap(): void {
    this.dispatcher.prepare();
    this.handOver.attach(this.adapterHost.httpAdapter.getHttpServer());
    this.others.start();
    this.sweep.start();
  }

  private connected(socket: Socket): void {
    const proven = this.handshake.take(socket);
    if (proven === undefined) {
      socket.disconnect(true);
      return;
    }
    const { connection, since } = proven;
    const { caller } = connection;
    forgetHandshake(socket);
    this.connections.add(connection);
    socket.on('disconnect', () => this.disconnected(connection));
    this.dispatcher.listen(connection);
    if (this.revocations.hasSince(since, caller.sessionId, caller.userId)) {
      this.closer.close(connection, { code: 'revoked', reason: 'the session was ended', retryAfterMs: null });
    } else {
      this.makeRoom(connection);
      connection.opened = this.opening.run(connection);
    }
  }

  /** A user's newest socket is the one in use: the oldest goes when there are too many. */
  private makeRoom(connection: Connection): void {
    const open = this.connections.of(connection.caller.userId).filter((each) => each.state !== 'closing');
    for (const oldest of open.slice(0, Math.max(0, open.length - this.config.socketsPerUserMax))) {
      this.closer.close(oldest, { code: 'limit', reason: 'too many open sockets of this user', retryAfterMs: null });
    }
  }

  private disconnected(connection: Connection): void {
    connection.state = 'closing';
    this.connections.remove(connection);
    if (connection.isAnnounced) this.listeners.notifyDisconnected(connection.caller, connection.id);
    this.logger.debug({ socketId: connection.id, userId: connection.caller.userId }, 'socket closed');
  }
}
