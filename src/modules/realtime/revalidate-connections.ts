import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventPayload } from '#contracts/events.js';
import { AppError } from '#platform/errors/app-error.js';
import { ConnectionAuthenticator } from './connection-authenticator.js';
import { Closer } from './connections/closer.js';
import type { Connection } from './connections/connection.js';
import { Connections } from './connections/connections.js';
import { JoinCurrentRooms } from './rooms/join-current-rooms.js';

/** Connections that are checked at the same time. More would take the stores from other work, above all after an outage. */
const concurrencyMax = 8;
/** Losses come in bursts: the bus, the log's epoch, the bus again. */
const collectMs = 500;
const retryMs = 1000;
const attemptsMax = 60;

/**
 * Checks every connection of this node after messages of other nodes may have been missed. Connections of revoked sessions are closed,
 * removed members leave their rooms, new members join theirs, and every client synchronises.
 */
@Injectable()
export class RevalidateConnections {
  private readonly logger = new Logger(RevalidateConnections.name);
  private isRunning = false;
  private isRequested = false;

  constructor(
    private readonly connections: Connections,
    private readonly authenticator: ConnectionAuthenticator,
    private readonly joinCurrentRooms: JoinCurrentRooms,
    private readonly closer: Closer,
  ) {}

  /** Requests a check of all connections. A request during a check leads to another one. Never throws and never waits. */
  requestRevalidation(): void {
    this.isRequested = true;
    if (this.isRunning) return;
    this.isRunning = true;
    void this.runRequested();
  }

  /** Never rejects. */
  private async runRequested(): Promise<void> {
    while (this.isRequested) {
      await wait(collectMs, undefined, { ref: false });
      this.isRequested = false;
      const remaining = [...this.connections.listAll()];
      if (remaining.length > 0)
        this.logger.warn({ sockets: remaining.length }, 'events of other nodes may have been missed; all sockets are checked');
      const checkRemaining = async () => {
        for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) await this.checkConnection(next);
      };
      await Promise.all(Array.from({ length: concurrencyMax }, checkRemaining));
    }
    this.isRunning = false;
  }

  /** Never rejects. A connection that is still opening loads its rooms by itself, but its session may have been revoked. */
  private async checkConnection(connection: Connection): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax && connection.state !== 'closing'; attempt += 1) {
      try {
        await this.authenticator.readmitCaller(connection.caller);
        await this.joinCurrentRooms.execute(connection);
        const resync: EventPayload<'resync.required'> = { reason: 'events may have been missed' };
        connection.socket.emit('resync.required', resync);
        return;
      } catch (error) {
        if (error instanceof AppError && error.code.startsWith('auth.')) {
          this.closer.closeConnection(connection, { code: 'revoked', reason: 'the session was ended', retryAfterMs: null });
          return;
        }
        this.logger.debug({ err: error, socketId: connection.id }, 'a connection could not be checked yet');
        await wait(retryMs, undefined, { ref: false });
      }
    }
    this.closer.closeConnection(connection, {
      code: 'limit',
      reason: 'the connection could not be checked, connect again',
      retryAfterMs: 2000,
    });
  }
}
