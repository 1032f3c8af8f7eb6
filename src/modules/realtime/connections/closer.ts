import { Injectable } from '@nestjs/common';
import type { EventPayload } from '#contracts/events.js';
import { Gathering } from '../wire/packet-batcher.js';
import type { Connection } from './connection.js';
import { dropBacklog, isLingering, terminate, type EngineSocket } from '../wire/engine-socket.js';

type Closing = EventPayload<'session.closing'>;

const lingerMs = 3000;

/** Ends connections: says why, then closes; a client that does not read is cut after three seconds. */
@Injectable()
export class Closer {
  private readonly lingering = new Map<EngineSocket, number>();

  constructor(private readonly gathering: Gathering) {}

  /** Sends `session.closing` and closes. The socket is out of every room when this returns. */
  close(connection: Connection, closing: Closing): void {
    if (connection.state === 'closing') return;
    connection.state = 'closing';
    const { socket } = connection;
    const { conn } = socket;
    socket.emit('session.closing', closing);
    socket.disconnect(true);
    this.lingering.set(conn, Date.now() + lingerMs);
  }

  /** Closes a slow reader: drops what waits for it and tells it to synchronise. */
  closeSlow(connection: Connection, reason: string): void {
    if (connection.state === 'closing') return;
    this.gathering.drop(connection.socket.conn);
    dropBacklog(connection.socket.conn);
    const resync: EventPayload<'resync.required'> = { reason };
    connection.socket.emit('resync.required', resync);
    this.close(connection, { code: 'limit', reason, retryAfterMs: 1000 });
  }

  /** Cuts what was closed and did not go within its time. Called by the sweep. */
  cutLingering(now: number): void {
    for (const [conn, deadline] of this.lingering) {
      if (!isLingering(conn)) this.lingering.delete(conn);
      else if (now >= deadline) {
        this.lingering.delete(conn);
        terminate(conn);
      }
    }
  }

  /** Whether a closed connection has not gone yet. */
  get isBusy(): boolean {
    return this.lingering.size > 0;
  }
}
