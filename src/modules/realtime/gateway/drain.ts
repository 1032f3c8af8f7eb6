import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { OnShutdown } from '#platform/shutdown/on-shutdown.js';
import { shutdownOrder } from '#platform/shutdown/shutdown-state.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import { Connections } from '../connections/connections.js';
import { SocketServer } from '../connections/socket-server.js';

const answersMs = 3000;
const goodbyeMs = 1500;
const stepMs = 20;

/** Stops the sockets in order: refuses new work, answers commands in flight, tells each client when to reconnect, closes. */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  constructor(
    private readonly server: SocketServer,
    private readonly dispatcher: Dispatcher,
    private readonly connections: Connections,
    private readonly closer: Closer,
  ) {}

  /** Covers an application that closes without a drain, such as one that failed to start. */
  beforeApplicationShutdown(): void {
    this.refuseWork();
  }

  @OnShutdown(shutdownOrder.intake, 'socket intake')
  refuseWork(): void {
    this.server.isDraining = true;
  }

  @OnShutdown(shutdownOrder.work, 'socket commands')
  awaitCommands(): Promise<void> {
    return until(() => this.dispatcher.inFlight === 0, answersMs);
  }

  /** Spreads the reconnects of all clients over two seconds, so that a restart is not met by all of them at once. */
  @OnShutdown(shutdownOrder.doors, 'sockets')
  async closeAll(): Promise<void> {
    for (const connection of [...this.connections.listAll()]) {
      const retryAfterMs = 500 + Math.floor(Math.random() * 1500);
      this.closer.closeConnection(connection, { code: 'draining', reason: 'the server is shutting down', retryAfterMs });
    }
    await until(() => {
      this.closer.cutLingering(performance.now());
      return !this.closer.hasLingering;
    }, goodbyeMs);
    this.closer.cutLingering(Number.POSITIVE_INFINITY);
  }
}

async function until(isDone: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isDone() && performance.now() < deadline) await sleep(stepMs);
}
