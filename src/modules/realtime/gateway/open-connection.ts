import { Injectable, Logger } from '@nestjs/common';
import type { EventPayload } from '#contracts/events.js';
import { faultPoint } from '#platform/fault-points.js';
import { UserConversations } from '../user-conversations.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionListeners } from './connection-listeners.js';
import { LoadRooms } from '../rooms/join-current-rooms.js';
import { RecentLeaves } from '../rooms/recent-leaves.js';
import { roomOf } from '../connections/room-names.js';
import { RoomOrder } from '../rooms/room-order.js';

/**
 * Brings a proven connection to `session.ready`: its rooms are joined, and a membership change at any moment of it is not lost.
 * One that cannot be brought there is closed, never left half open.
 */
@Injectable()
export class OpenConnection {
  private readonly logger = new Logger(OpenConnection.name);

  constructor(
    private readonly conversations: UserConversations,
    private readonly listeners: ConnectionListeners,
    private readonly loadRooms: LoadRooms,
    private readonly closer: Closer,
    private readonly leaves: RecentLeaves,
    private readonly order: RoomOrder,
  ) {}

  /** Never rejects. */
  async run(connection: Connection): Promise<void> {
    const { caller, socket } = connection;
    try {
      faultPoint('socket.opening');
      // The user's room comes first, so that changes reach this socket from then on.
      await socket.join([roomOf.user(caller.userId), roomOf.session(caller.sessionId)]);
      const conversationIds = await this.loadRooms.run(connection);
      if (connection.state !== 'opening') return;
      connection.isAnnounced = true;
      await this.listeners.notifyConnected(caller, connection.id);
      const known = await this.conversations.readHeads(conversationIds);
      for (const { id, epoch, rev } of known) this.order.know(id, { epoch, rev });
      const conversations = known.filter(({ id }) => !this.leaves.has(caller.userId, id));
      if (connection.state !== 'opening') return;
      connection.state = 'ready';
      const ready: EventPayload<'session.ready'> = {
        sessionId: caller.sessionId,
        userId: caller.userId,
        serverTime: new Date().toISOString(),
        conversations,
      };
      faultPoint('socket.ready');
      socket.emit('session.ready', ready);
    } catch (err) {
      this.logger.warn({ err, socketId: connection.id }, 'a connection could not be opened');
      this.closer.close(connection, { code: 'limit', reason: 'the connection could not be opened, try again', retryAfterMs: 2000 });
    }
  }
}
