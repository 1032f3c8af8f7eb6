import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { toAckError } from '../../../transport/report-error.js';
import { ConnectionAuthenticator } from '../connection-authenticator.js';
import { Connection } from '../connections/connection.js';
import { SocketServer } from '../connections/socket-server.js';
import { TokenBucket } from '../connections/token-bucket.js';
import type { EngineSocket } from '../wire/engine-socket.js';

/** A handshake that was admitted. */
export interface AdmittedHandshake {
  readonly connection: Connection;
  /** When the token arrived, milliseconds of `performance.now()`. A session that was revoked since then is not let in. */
  readonly since: number;
}

const attemptsMax = 3;

/** Authenticates each socket before anything else happens. A refusal is a `connect_error` with `data: { code, ... }`. */
@Injectable()
export class Handshake {
  private readonly attempts = new WeakMap<EngineSocket, number>();
  private readonly admitted = new WeakMap<Socket, AdmittedHandshake>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly authenticator: ConnectionAuthenticator,
    private readonly server: SocketServer,
  ) {}

  /** The middleware of Socket.IO's default namespace. */
  readonly middleware = (socket: Socket, next: (err?: Error) => void): void => {
    this.admitSocket(socket).then(
      () => next(),
      (error: unknown) => next(refusalOf(error)),
    );
  };

  /** Returns what the handshake of an admitted socket found, once. */
  takeAdmitted(socket: Socket): AdmittedHandshake | undefined {
    const handshake = this.admitted.get(socket);
    this.admitted.delete(socket);
    return handshake;
  }

  private async admitSocket(socket: Socket): Promise<void> {
    const since = performance.now();
    if (this.server.isDraining) throw new AppError('overloaded', { detail: 'The server is shutting down.', retryAfterMs: 1000 });
    this.countAttempt(socket.conn);
    const caller = await this.authenticator.authenticateToken(tokenOf(socket.handshake.auth));
    const bucket = new TokenBucket(this.config.socketEventsPerSecondMax, performance.now());
    this.admitted.set(socket, { connection: new Connection(socket, caller, bucket), since });
  }

  /** Each connection may verify one token at a time, and only a few overall, because verification is expensive. */
  private countAttempt(conn: EngineSocket): void {
    const count = (this.attempts.get(conn) ?? 0) + 1;
    this.attempts.set(conn, count);
    if (count <= attemptsMax) return;
    conn.close();
    throw new AppError('rateLimited', { detail: 'Too many handshakes on one connection.', retryAfterMs: 1000 });
  }
}

function tokenOf(auth: unknown): string {
  if (typeof auth !== 'object' || auth === null || !('token' in auth)) throw new AppError('auth.required');
  const { token } = auth;
  if (typeof token !== 'string' || token === '') throw new AppError('auth.required');
  return token;
}

function refusalOf(error: unknown): Error {
  const data = toAckError(error, newId());
  return Object.assign(new Error(data.message), { data });
}
