import { Injectable } from '@nestjs/common';
import { Relay, type RoomChange } from '../relay/relay.js';
import { LocalRooms } from '../rooms/local-rooms.js';
import { RecheckConnections } from '../recheck-connections.js';
import { RoomOrder } from '../rooms/room-order.js';
import { SocketServer } from '../connections/socket-server.js';

/** Does for the sockets of this node what other nodes say. */
@Injectable()
export class FollowOthers {
  constructor(
    private readonly relay: Relay,
    private readonly server: SocketServer,
    private readonly rooms: LocalRooms,
    private readonly order: RoomOrder,
    private readonly recheck: RecheckConnections,
  ) {}

  start(): void {
    this.relay.receive({
      hears: (room) => room === undefined || this.server.hasAnybody(room),
      emit: (event) => this.order.take(event),
      apply: (change) => this.apply(change),
      missed: () => this.recheck.requestRecheck(),
    });
  }

  private apply(change: RoomChange): void {
    switch (change.kind) {
      case 'join':
        return this.rooms.join(change.userId, change.conversationId, change.after);
      case 'leave':
        return this.rooms.leave(change.userId, change.conversationId);
      case 'close':
        return this.rooms.closeConversation(change.conversationId);
      case 'watch':
        return this.rooms.watch(change.userId, change.watched);
      case 'unwatch':
        return this.rooms.unwatch(change.userId, change.watched);
    }
  }
}
