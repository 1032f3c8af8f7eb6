import { Injectable } from '@nestjs/common';
import { SocketServer } from '../connections/socket-server.js';
import { Relay, type RoomChange } from '../relay/relay.js';
import { RevalidateConnections } from '../revalidate-connections.js';
import { LocalRooms } from '../rooms/local-rooms.js';
import { RoomOrder } from '../rooms/room-order.js';

/** Applies what other nodes publish to the sockets of this node. */
@Injectable()
export class FollowNodes {
  constructor(
    private readonly relay: Relay,
    private readonly server: SocketServer,
    private readonly rooms: LocalRooms,
    private readonly order: RoomOrder,
    private readonly connections: RevalidateConnections,
  ) {}

  startFollowing(): void {
    this.relay.startReceiving({
      hasListeners: (room) => room === undefined || this.server.hasSockets(room),
      emitEvent: (event) => this.order.emitInOrder(event),
      applyChange: (change) => this.applyChange(change),
      handleGap: () => this.connections.requestRevalidation(),
    });
  }

  private applyChange(change: RoomChange): void {
    switch (change.kind) {
      case 'join':
        return this.rooms.joinConversation(change.conversationId, change.userId, change);
      case 'leave':
        return this.rooms.leaveConversation(change.conversationId, change.userId);
      case 'limit':
        return this.rooms.limitView(change.conversationId, change.userId, change.visibleFromSeq);
      case 'close':
        return this.rooms.closeConversation(change.conversationId);
    }
  }
}
