import { Injectable } from '@nestjs/common';
import type { UserId } from '#contracts/primitives.js';
import type { Connection } from './connection.js';

/** The open connections of this process, by socket and by user. */
@Injectable()
export class Connections {
  private readonly bySocket = new Map<string, Connection>();
  private readonly byUser = new Map<UserId, Set<Connection>>();

  addConnection(connection: Connection): void {
    const { userId } = connection.caller;
    const known = this.byUser.get(userId);
    if (known === undefined) this.byUser.set(userId, new Set([connection]));
    else known.add(connection);
    this.bySocket.set(connection.id, connection);
  }

  removeConnection(connection: Connection): void {
    const { userId } = connection.caller;
    this.bySocket.delete(connection.id);
    const known = this.byUser.get(userId);
    known?.delete(connection);
    if (known?.size === 0) this.byUser.delete(userId);
  }

  findBySocket(socketId: string): Connection | undefined {
    return this.bySocket.get(socketId);
  }

  /** The user's connections, oldest first. */
  listByUser(userId: UserId): readonly Connection[] {
    const known = this.byUser.get(userId);
    return known === undefined ? [] : [...known];
  }

  listAll(): IterableIterator<Connection> {
    return this.bySocket.values();
  }

  hasUser(userId: UserId): boolean {
    return this.byUser.has(userId);
  }

  get size(): number {
    return this.bySocket.size;
  }

  get userCount(): number {
    return this.byUser.size;
  }
}
