import { Injectable } from '@nestjs/common';
import { ConnectionHooks, type Opening } from '../connection-hooks.js';
import type { Connection } from './connection.js';
import { LocalRooms } from './local-rooms.js';
import { RecentLeaves } from './recent-leaves.js';
import { roomOf } from './room-names.js';
import { SocketServer } from './socket-server.js';

const attemptsMax = 20;
const conversationRoom = /^conversation:/;

/** Brings a socket into the rooms of its user's conversations as they are now, and out of all others. */
@Injectable()
export class LoadRooms {
  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly local: LocalRooms,
    private readonly leaves: RecentLeaves,
    private readonly server: SocketServer,
  ) {}

  /**
   * The user's own room must be joined before, so that changes reach this socket from then on. A list that was loaded while
   * memberships changed is thrown away: joining by it could let someone in who was just removed.
   */
  async run(connection: Connection): Promise<Opening> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const changes = this.changesSeenBy(connection);
      const opening = await this.hooks.open(connection.caller);
      if (changes !== this.changesSeenBy(connection)) continue;
      if (connection.state !== 'closing') this.move(connection, opening);
      return opening;
    }
    throw new Error('memberships change faster than they can be read');
  }

  private move({ socket, caller }: Connection, opening: Opening): void {
    const wanted = new Set(opening.rooms.filter((id) => !this.leaves.has(caller.userId, id)).map(roomOf.conversation));
    for (const room of [...socket.rooms]) if (conversationRoom.test(room) && !wanted.has(room)) void socket.leave(room);
    void socket.join([...wanted].map((room) => this.server.sharedName(room)));
  }

  private changesSeenBy(connection: Connection): number {
    return connection.membershipChanges + this.local.conversationsClosed;
  }
}
