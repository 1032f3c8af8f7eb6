import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventPayload } from '#contracts/events.js';
import { AppError } from '#platform/errors/app-error.js';
import { ConnectionAuthenticator } from './connection-authenticator.js';
import { Closer } from './connections/closer.js';
import type { Connection } from './connections/connection.js';
import { Connections } from './connections/connections.js';
import { LoadRooms } from './rooms/join-current-rooms.js';

/** Connections looked at side by side: the stores have others to serve, most of all after an outage. */
const sideBySide = 8;
/** Losses come in swarms: the bus, the log's epoch, the bus again. */
const gatherMs = 500;
const retryMs = 1000;
const attemptsMax = 60;

/**
 * After this node may have missed what others said: looks at every connection again. Who was revoked meanwhile is closed, who
 * was removed leaves the rooms, who was added joins, and each client is told to synchronise.
 */
@Injectable()
export class RecheckConnections {
  private readonly logger = new Logger(RecheckConnections.name);
  private isRunning = false;
  private isWanted = false;

  constructor(
    private readonly connections: Connections,
    private readonly authenticator: ConnectionAuthenticator,
    private readonly loadRooms: LoadRooms,
    private readonly closer: Closer,
  ) {}

  /** Asks for a look at all connections; asked while one is under way, another one follows. Never throws, never waits. */
  requestRecheck(): void {
    this.isWanted = true;
    if (this.isRunning) return;
    this.isRunning = true;
    void this.run();
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    while (this.isWanted) {
      await wait(gatherMs, undefined, { ref: false });
      this.isWanted = false;
      const all = [...this.connections.all()];
      if (all.length > 0) this.logger.warn({ sockets: all.length }, 'events of other nodes may have been missed; all sockets are checked');
      const look = async () => {
        for (let next = all.pop(); next !== undefined; next = all.pop()) await this.look(next);
      };
      await Promise.all(Array.from({ length: sideBySide }, look));
    }
    this.isRunning = false;
  }

  /** Never rejects. One that is still opening reads everything anew by itself, but may have been revoked. */
  private async look(connection: Connection): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax && connection.state !== 'closing'; attempt += 1) {
      try {
        await this.authenticator.readmitCaller(connection.caller);
        await this.loadRooms.run(connection);
        const resync: EventPayload<'resync.required'> = { reason: 'events may have been missed' };
        connection.socket.emit('resync.required', resync);
        return;
      } catch (err) {
        if (err instanceof AppError && err.code.startsWith('auth.')) {
          this.closer.close(connection, { code: 'revoked', reason: 'the session was ended', retryAfterMs: null });
          return;
        }
        this.logger.debug({ err, socketId: connection.id }, 'a connection could not be checked yet');
        await wait(retryMs, undefined, { ref: false });
      }
    }
    this.closer.close(connection, { code: 'limit', reason: 'the connection could not be checked, connect again', retryAfterMs: 2000 });
  }
}
