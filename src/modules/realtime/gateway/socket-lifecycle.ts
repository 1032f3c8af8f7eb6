import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server, type Socket } from 'socket.io';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { Connections } from '../connections/connections.js';
import { Revocations } from '../connections/revocations.js';
import { SocketServer } from '../connections/socket-server.js';
import { RoomOrder } from '../rooms/room-order.js';
import { releaseHandshake } from '../wire/engine-socket.js';
import { ConnectionListeners } from './connection-listeners.js';
import { FollowNodes } from './follow-nodes.js';
import { HandOver } from './hand-over.js';
import { Handshake } from './handshake.js';
import { OpenConnection } from './open-connection.js';
import { serverOptions } from './server-options.js';

/** Creates the Socket.IO server and takes each socket from its handshake to its disconnect. */
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
    private readonly openConnection: OpenConnection,
    private readonly dispatcher: Dispatcher,
    private readonly closer: Closer,
    private readonly listeners: ConnectionListeners,
    private readonly followNodes: FollowNodes,
    private readonly order: RoomOrder,
    private readonly handOver: HandOver,
  ) {}

  /** Creates the server on the HTTP server of this process. Nest calls this for the first gateway, before any module is initialised. */
  createServer(httpServer: HttpServer): Server {
    const io: Server = new Server(
      httpServer,
      serverOptions(this.config, () => io.engine.clientsCount - this.connections.size),
    );
    io.engine.generateId = () => this.handOver.createSessionId();
    io.use(this.handshake.middleware);
    io.on('connection', (socket) => this.acceptSocket(socket));
    this.server.useServer(io);
    io.sockets.adapter.on('delete-room', (room: string) => this.order.forgetRoom(room));
    return io;
  }

  /** Starts once every module is initialised. The HTTP server does not listen yet, and has all its listeners. */
  onApplicationBootstrap(): void {
    this.dispatcher.loadHandlers();
    this.handOver.attachTo(this.adapterHost.httpAdapter.getHttpServer());
    this.followNodes.startFollowing();
  }

  private acceptSocket(socket: Socket): void {
    const admitted = this.handshake.takeAdmitted(socket);
    if (admitted === undefined) {
      socket.disconnect(true);
      return;
    }
    const { connection, since } = admitted;
    const { caller } = connection;
    releaseHandshake(socket);
    this.connections.addConnection(connection);
    socket.on('disconnect', () => this.handleDisconnect(connection));
    this.dispatcher.listenTo(connection);
    if (this.revocations.wasAnyRevoked(since, caller.sessionId, caller.userId)) {
      this.closer.closeConnection(connection, { code: 'revoked', reason: 'the session was ended', retryAfterMs: null });
    } else {
      this.closeExcess(connection);
      connection.whenOpened = this.openConnection.execute(connection);
    }
  }

  /** Closes the oldest sockets of a user who has too many, because the newest is the one in use. */
  private closeExcess(connection: Connection): void {
    const open = this.connections.listByUser(connection.caller.userId).filter((each) => each.state !== 'closing');
    for (const oldest of open.slice(0, Math.max(0, open.length - this.config.socketsPerUserMax))) {
      this.closer.closeConnection(oldest, { code: 'limit', reason: 'too many open sockets of this user', retryAfterMs: null });
    }
  }

  private handleDisconnect(connection: Connection): void {
    connection.state = 'closing';
    this.connections.removeConnection(connection);
    if (connection.isAnnounced) this.listeners.notifyDisconnected(connection.caller, connection.id);
    this.logger.debug({ socketId: connection.id, userId: connection.caller.userId }, 'socket closed');
  }
}
