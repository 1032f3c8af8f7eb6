import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import { CONFIG, type Config } from '#platform/config/config.js';
import { ConnectionHooks } from '../connection-hooks.js';
import { Dispatcher } from '../dispatch/dispatcher.js';
import { Closer } from './closer.js';
import type { Connection } from './connection.js';
import { Connections } from './connections.js';
import { forgetHandshake } from './engine-socket.js';
import { FollowOthers } from './follow-others.js';
import { HandOver } from './hand-over.js';
import { Handshake } from './handshake.js';
import { OpenConnection } from './opening.js';
import { isOriginAllowed } from './origin.js';
import { Revocations } from './revocations.js';
import { RoomOrder } from './room-order.js';
import { SocketServer } from './socket-server.js';
import { Sweep } from './sweep.js';

/** Runs Socket.IO on the HTTP server of this process, and takes each socket through its life. */
@Injectable()
export class RealtimeServer implements OnApplicationBootstrap {
  private readonly logger = new Logger(RealtimeServer.name);

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
    private readonly hooks: ConnectionHooks,
    private readonly sweep: Sweep,
    private readonly others: FollowOthers,
    private readonly order: RoomOrder,
    private readonly handOver: HandOver,
  ) {}

  /** A worker has no sockets and no command handlers: what it emits goes nowhere. */
  onApplicationBootstrap(): void {
    if (this.config.role === 'worker') return;
    this.dispatcher.prepare();
    const httpServer: HttpServer = this.adapterHost.httpAdapter.getHttpServer();
    const io = new Server(httpServer, this.options());
    io.engine.generateId = () => this.handOver.newSessionId();
    this.handOver.attach(httpServer);
    io.use(this.handshake.middleware);
    io.on('connection', (socket) => this.connected(socket));
    this.server.run(io);
    io.sockets.adapter.on('delete-room', (room: string) => this.order.forget(room));
    this.others.start();
    this.sweep.start();
  }

  private options(): Partial<ServerOptions> {
    const rules = { corsOrigins: this.config.corsOrigins, isProxyTrusted: this.config.trustProxy !== false };
    return {
      path: '/socket.io',
      transports: ['websocket', 'polling'],
      serveClient: false,
      cookie: false,
      perMessageDeflate: false,
      httpCompression: { threshold: 1024 },
      maxHttpBufferSize: this.config.socketFrameBytesMax,
      pingInterval: 25_000,
      pingTimeout: 20_000,
      connectTimeout: 5000,
      cors: (request, done) => done(null, { origin: isOriginAllowed(request, rules) }),
      allowRequest: (request, done) => {
        if (!isOriginAllowed(request, rules)) done('origin not allowed', false);
        else if (this.unprovenCount() >= this.config.socketsUnprovenMax) done('too many connections', false);
        else done(null, true);
      },
    };
  }

  private unprovenCount(): number {
    return (this.server.io?.engine.clientsCount ?? 0) - this.connections.size;
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
    if (connection.isAnnounced) this.hooks.tellDisconnected(connection.caller, connection.id);
    this.logger.debug({ socketId: connection.id, userId: connection.caller.userId }, 'socket closed');
  }
}
