import { Inject, Injectable } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Every } from '#platform/timers/every.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { Connections } from '../connections/connections.js';
import { Revocations } from '../connections/revocations.js';
import { RecentLeaves } from '../rooms/recent-leaves.js';
import { backlogOf } from '../wire/engine-socket.js';

const sweepIntervalMs = 250;
/** Clients refresh their token at the last moment. */
const expiryLeewayMs = 30_000;

/** Enforces four times a second what no connection has a timer of its own for: slow readers, expired tokens, overdue answers. */
@Injectable()
export class Sweep {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly connections: Connections,
    private readonly closer: Closer,
    private readonly revocations: Revocations,
    private readonly leaves: RecentLeaves,
    private readonly dispatcher: Dispatcher,
  ) {}

  @Every(sweepIntervalMs)
  sweepConnections(): void {
    const time = clock.now();
    for (const connection of this.connections.listAll()) this.checkConnection(connection, time);
    const now = performance.now();
    this.closer.cutLingering(now);
    this.revocations.forgetExpired(now);
    this.leaves.forgetExpired(now);
    this.dispatcher.answerOverdue(now);
  }

  private checkConnection(connection: Connection, time: number): void {
    if (time > connection.caller.expiresAt + expiryLeewayMs) {
      this.closer.closeConnection(connection, { code: 'expired', reason: 'the access token is past its time', retryAfterMs: null });
      return;
    }
    const { packets, bytes } = backlogOf(connection.socket.conn);
    if (packets > this.config.socketBacklogPacketsMax || bytes > this.config.socketBacklogBytesMax) {
      this.closer.closeSlowReader(connection, 'the client reads too slowly');
    }
  }
}
