import { Injectable } from '@nestjs/common';
import type { EventPayload } from '#contracts/events.js';
import { dropBacklog, type EngineSocket, hasOpenTransport, terminateConnection } from '../wire/engine-socket.js';
import { PacketBatcher } from '../wire/packet-batcher.js';
import type { Connection } from './connection.js';

type Closing = EventPayload<'session.closing'>;

const lingerMs = 3000;

/** Closes connections: sends the reason, then closes. A client that does not read is cut off after three seconds. */
@Injectable()
export class Closer {
  private readonly lingering = new Map<EngineSocket, number>();

  constructor(private readonly batcher: PacketBatcher) {}

  /** Sends `session.closing` and closes. The socket is out of every room when this returns. */
  closeConnection(connection: Connection, closing: Closing): void {
    if (connection.state === 'closing') return;
    connection.state = 'closing';
    const { socket } = connection;
    const { conn } = socket;
    socket.emit('session.closing', closing);
    socket.disconnect(true);
    this.lingering.set(conn, performance.now() + lingerMs);
  }

  /** Closes a slow reader: discards the packets that wait for it and has its client synchronise. */
  closeSlowReader(connection: Connection, reason: string): void {
    if (connection.state === 'closing') return;
    this.batcher.dropPackets(connection.socket.conn);
    dropBacklog(connection.socket.conn);
    const resync: EventPayload<'resync.required'> = { reason };
    connection.socket.emit('resync.required', resync);
    this.closeConnection(connection, { code: 'limit', reason, retryAfterMs: 1000 });
  }

  /** Cuts off closed connections whose client has not gone in time. Called by the sweep. */
  cutLingering(now: number): void {
    for (const [conn, deadline] of this.lingering) {
      if (!hasOpenTransport(conn)) this.lingering.delete(conn);
      else if (now >= deadline) {
        this.lingering.delete(conn);
        terminateConnection(conn);
      }
    }
  }

  /** Whether the client of a closed connection has not gone yet. */
  get hasLingering(): boolean {
    return this.lingering.size > 0;
  }
}
