import { Injectable, Logger } from '@nestjs/common';
import type { EventPayload } from '#contracts/events.js';
import { clock } from '#platform/clock/clock.js';
import { faultPoint } from '#platform/fault-points.js';
import { Closer } from '../connections/closer.js';
import type { Connection } from '../connections/connection.js';
import { roomOf } from '../connections/room-names.js';
import { JoinCurrentRooms } from '../rooms/join-current-rooms.js';
import { RecentLeaves } from '../rooms/recent-leaves.js';
import { RoomOrder } from '../rooms/room-order.js';
import { UserConversations } from '../user-conversations.js';
import { ConnectionListeners } from './connection-listeners.js';

/**
 * Brings an authenticated connection to `session.ready`: joins its rooms without losing a membership change on the way. If that fails, it
 * closes the connection instead of leaving it half open.
 */
@Injectable()
export class OpenConnection {
  private readonly logger = new Logger(OpenConnection.name);

  constructor(
    private readonly conversations: UserConversations,
    private readonly listeners: ConnectionListeners,
    private readonly joinCurrentRooms: JoinCurrentRooms,
    private readonly closer: Closer,
    private readonly leaves: RecentLeaves,
    private readonly order: RoomOrder,
  ) {}

  /** Never rejects. */
  async execute(connection: Connection): Promise<void> {
    const { caller, socket } = connection;
    try {
      faultPoint('socket.opening');
      // The user's own room comes first, so that later changes reach this socket.
      await socket.join([roomOf.user(caller.userId), roomOf.session(caller.sessionId)]);
      const conversationIds = await this.joinCurrentRooms.execute(connection);
      if (connection.state !== 'opening') return;
      connection.isAnnounced = true;
      await this.listeners.notifyConnected(caller, connection.id);
      const heads = await this.conversations.readHeads(conversationIds);
      for (const { id, epoch, rev } of heads) this.order.trackConversation(id, { epoch, rev });
      const conversations = heads.filter(({ id }) => !this.leaves.hasLeft(id, caller.userId));
      if (connection.state !== 'opening') return;
      connection.state = 'ready';
      const ready: EventPayload<'session.ready'> = {
        sessionId: caller.sessionId,
        userId: caller.userId,
        serverTime: clock.date().toISOString(),
        conversations,
      };
      faultPoint('socket.ready');
      socket.emit('session.ready', ready);
    } catch (error) {
      this.logger.warn({ err: error, socketId: connection.id }, 'a connection could not be opened');
      this.closer.closeConnection(connection, {
        code: 'limit',
        reason: 'the connection could not be opened, try again',
        retryAfterMs: 2000,
      });
    }
  }
}
