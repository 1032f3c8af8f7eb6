import { Injectable, Logger } from '@nestjs/common';
import type { EventPayload } from '../../../../contracts/events.js';
import { ConnectionHooks, type Opening } from '../connection-hooks.js';
import { Rooms } from '../rooms.js';
import { Closer } from './closer.js';
import type { Connection } from './connection.js';
import { RecentLeaves } from './recent-leaves.js';
import { roomOf } from './room-names.js';

const attemptsMax = 20;

/**
 * Brings a proven connection to `session.ready`: its rooms are joined, and a membership change at any moment of it is not lost.
 * One that cannot be brought there is closed, never left half open.
 */
@Injectable()
export class OpenConnection {
  private readonly logger = new Logger(OpenConnection.name);

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly rooms: Rooms,
    private readonly closer: Closer,
    private readonly leaves: RecentLeaves,
  ) {}

  /** Never rejects. */
  async run(connection: Connection): Promise<void> {
    const { caller, socket } = connection;
    try {
      const opening = await this.joinRooms(connection);
      if (connection.state !== 'opening') return;
      connection.isAnnounced = true;
      await this.hooks.tellConnected(caller, connection.id);
      const known = await opening.ready();
      const conversations = known.filter(({ id }) => !this.leaves.has(caller.userId, id));
      if (connection.state !== 'opening') return;
      connection.state = 'ready';
      const ready: EventPayload<'session.ready'> = {
        sessionId: caller.sessionId,
        userId: caller.userId,
        serverTime: new Date().toISOString(),
        conversations,
      };
      socket.emit('session.ready', ready);
    } catch (err) {
      this.logger.warn({ err, socketId: connection.id }, 'a connection could not be opened');
      this.closer.close(connection, { code: 'limit', reason: 'the connection could not be opened, try again', retryAfterMs: 2000 });
    }
  }

  /**
   * The user's room comes first, so that changes reach this socket from then on. A list that was loaded while memberships
   * changed is thrown away: joining by it could let someone in who was just removed.
   */
  private async joinRooms(connection: Connection): Promise<Opening> {
    const { caller, socket } = connection;
    await socket.join([roomOf.user(caller.userId), roomOf.session(caller.sessionId)]);
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const changes = this.changesSeenBy(connection);
      const opening = await this.hooks.open(caller);
      if (changes !== this.changesSeenBy(connection)) continue;
      const rooms = opening.rooms.filter((id) => !this.leaves.has(caller.userId, id));
      if (connection.state === 'opening') void socket.join(rooms.map(roomOf.conversation));
      return opening;
    }
    throw new Error('memberships change faster than they can be read');
  }

  private changesSeenBy(connection: Connection): number {
    return connection.membershipChanges + this.rooms.conversationsClosed;
  }
}
