import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { UserConversations } from '../user-conversations.js';
import type { Connection } from '../connections/connection.js';
import { LocalRooms } from './local-rooms.js';
import { RecentLeaves } from './recent-leaves.js';
import { roomOf } from '../connections/room-names.js';
import { SocketServer } from '../connections/socket-server.js';

const attemptsMax = 20;
const conversationRoom = /^conversation:/;

/** Brings a socket into the rooms of its user's conversations as they are now, and out of all others. */
@Injectable()
export class LoadRooms {
  constructor(
    private readonly conversations: UserConversations,
    private readonly local: LocalRooms,
    private readonly leaves: RecentLeaves,
    private readonly server: SocketServer,
  ) {}

  /**
   * The user's own room must be joined before, so that changes reach this socket from then on. A list that was loaded while
   * memberships changed is thrown away: joining by it could let someone in who was just removed.
   */
  async run(connection: Connection): Promise<readonly ConversationId[]> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const changes = this.changesSeenBy(connection);
      const conversationIds = await this.conversations.listConversationIds(connection.caller.userId);
      if (changes !== this.changesSeenBy(connection)) continue;
      if (connection.state !== 'closing') this.move(connection, conversationIds);
      return conversationIds;
    }
    throw new Error('memberships change faster than they can be read');
  }

  private move({ socket, caller }: Connection, conversationIds: readonly ConversationId[]): void {
    const wanted = new Set(conversationIds.filter((id) => !this.leaves.has(caller.userId, id)).map(roomOf.conversation));
    for (const room of [...socket.rooms]) if (conversationRoom.test(room) && !wanted.has(room)) void socket.leave(room);
    void socket.join([...wanted].map((room) => this.server.sharedName(room)));
  }

  private changesSeenBy(connection: Connection): number {
    return connection.membershipChanges + this.local.conversationsClosed;
  }
}
