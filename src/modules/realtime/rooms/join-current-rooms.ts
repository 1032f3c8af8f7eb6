import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import type { Connection } from '../connections/connection.js';
import { roomOf } from '../connections/room-names.js';
import { SocketServer } from '../connections/socket-server.js';
import { type ListenedConversations, UserConversations } from '../user-conversations.js';
import { LocalRooms } from './local-rooms.js';
import { RecentLeaves } from './recent-leaves.js';

const attemptsMax = 20;
const conversationRoom = /^conversation:/;

/** Moves a socket into the rooms of its user's current conversations, and out of all other conversations. */
@Injectable()
export class JoinCurrentRooms {
  constructor(
    private readonly conversations: UserConversations,
    private readonly local: LocalRooms,
    private readonly leaves: RecentLeaves,
    private readonly server: SocketServer,
  ) {}

  /**
   * Returns the conversations that it found. The socket must be in the user's own room, so that later changes reach it. A list that was
   * loaded while memberships changed is discarded, because it could bring in a user who was just removed. Rejects when memberships change
   * during each of twenty attempts.
   */
  async execute(connection: Connection): Promise<readonly ConversationId[]> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const version = this.membershipVersionOf(connection);
      const listened = await this.conversations.listConversations(connection.caller.userId);
      if (version !== this.membershipVersionOf(connection)) continue;
      if (connection.state !== 'closing') this.moveSocket(connection, listened);
      return listened.ids;
    }
    throw new Error('memberships change faster than they can be read');
  }

  private moveSocket(connection: Connection, { ids, visibleFromSeqs }: ListenedConversations): void {
    const { socket, caller } = connection;
    connection.listensSince = performance.now();
    const wanted = new Set(ids.filter((id) => !this.leaves.hasLeft(id, caller.userId)).map(roomOf.conversation));
    for (const room of [...socket.rooms]) if (conversationRoom.test(room) && !wanted.has(room)) void socket.leave(room);
    for (const id of ids) {
      const room = roomOf.conversation(id);
      if (wanted.has(room)) this.server.views.replaceView(room, socket.id, visibleFromSeqs.get(id) ?? 1);
    }
    void socket.join([...wanted].map((room) => this.server.shareRoomName(room)));
  }

  private membershipVersionOf(connection: Connection): number {
    return connection.membershipVersion + this.local.closedCount;
  }
}
