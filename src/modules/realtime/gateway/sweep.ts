import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { Connections } from '../connections/connections.js';
import { backlogOf } from '../wire/engine-socket.js';
import { RecentLeaves } from '../rooms/recent-leaves.js';
import { Revocations } from '../connections/revocations.js';

const sweepIntervalMs = 250;
/** Clocks differ, and a client refreshes at the last moment. */
const expiryLeewayMs = 30_000;

/** Looks at every connection four times a second: who does not read, and whose token is past its time. */
@Injectable()
export class Sweep {
  private readonly timer = new PeriodicTimer('Sweep.run', sweepIntervalMs, () => this.run(Date.now()), new Logger(Sweep.name));

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly connections: Connections,
    private readonly closer: Closer,
    private readonly revocations: Revocations,
    private readonly leaves: RecentLeaves,
    private readonly dispatcher: Dispatcher,
  ) {}

  start(): void {
    this.timer.start();
  }

  stop(): void {
    this.timer.stop();
  }

  run(now: number): void {
    for (const connection of this.connections.all()) this.look(connection, now);
    this.closer.cutLingering(now);
    this.revocations.sweep(now);
    this.leaves.sweep(now);
    this.dispatcher.answerOverdue(performance.now());
  }

  private look(connection: Connection, now: number): void {
    if (now > connection.caller.expiresAt + expiryLeewayMs) {
      this.closer.close(connection, { code: 'expired', reason: 'the access token is past its time', retryAfterMs: null });
      return;
    }
    const { packets, bytes } = backlogOf(connection.socket.conn);
    if (packets > this.config.socketBacklogPacketsMax || bytes > this.config.socketBacklogBytesMax) {
      this.closer.closeSlow(connection, 'the client reads too slowly');
    }
  }
}
