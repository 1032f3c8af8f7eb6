import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ShutdownState, shutdownOrder } from '#platform/shutdown.js';
import { Dispatcher } from '../commands/dispatcher.js';
import { Closer } from '../connections/closer.js';
import { Connections } from '../connections/connections.js';
import { SocketServer } from '../connections/socket-server.js';
import { Sweep } from './sweep.js';

const answersMs = 3000;
const goodbyeMs = 1500;
const stepMs = 20;

/** Stops the sockets in order: no new work, work in flight answered, everybody told when to come back, closed. */
@Injectable()
export class Drain implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly shutdown: ShutdownState,
    private readonly server: SocketServer,
    private readonly dispatcher: Dispatcher,
    private readonly connections: Connections,
    private readonly closer: Closer,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    this.shutdown.onShutdown(shutdownOrder.intake, 'socket intake', () => {
      this.server.isDraining = true;
    });
    this.shutdown.onShutdown(shutdownOrder.work, 'socket commands', () => until(() => this.dispatcher.inFlight === 0, answersMs));
    this.shutdown.onShutdown(shutdownOrder.doors, 'sockets', () => this.closeAll());
  }

  beforeApplicationShutdown(): void {
    this.server.isDraining = true;
    this.sweep.stop();
  }

  /** Clients come back at different times within two seconds: a restart is not met by all of them at once. */
  private async closeAll(): Promise<void> {
    for (const connection of [...this.connections.all()]) {
      const retryAfterMs = 500 + Math.floor(Math.random() * 1500);
      this.closer.close(connection, { code: 'draining', reason: 'the server is shutting down', retryAfterMs });
    }
    await until(() => {
      this.closer.cutLingering(Date.now());
      return !this.closer.isBusy;
    }, goodbyeMs);
    this.closer.cutLingering(Number.POSITIVE_INFINITY);
  }
}

async function until(isDone: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!isDone() && Date.now() < deadline) await sleep(stepMs);
}
