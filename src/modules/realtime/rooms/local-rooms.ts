import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { messageEmittedMarker, roomLeftMarker } from '../connection-events.js';
import { Connections } from '../connections/connections.js';
import { conversationOf, roomOf } from '../connections/room-names.js';
import { SocketServer } from '../connections/socket-server.js';
import type { Joining } from '../relay/relay.js';
import { RecentLeaves } from './recent-leaves.js';
import { RoomOrder } from './room-order.js';

/** The rooms of this node's sockets. A socket that leaves a room is out of it when the call returns. */
@Injectable()
export class LocalRooms implements OnModuleInit {
  private closedConversations = 0;

  constructor(
    private readonly server: SocketServer,
    private readonly connections: Connections,
    private readonly leaves: RecentLeaves,
    private readonly order: RoomOrder,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    const [emitted, left] = [this.methods.findMethods(messageEmittedMarker), this.methods.findMethods(roomLeftMarker)];
    this.server.onMessageEmitted = (message) => {
      for (const { call } of emitted) call(message);
    };
    this.server.onRoomLeft = (room, socketId) => {
      const conversationId = left.length === 0 ? undefined : conversationOf(room);
      const connection = conversationId === undefined ? undefined : this.connections.findBySocket(socketId);
      if (connection === undefined || connection.state === 'closing') return;
      for (const { call } of left) call(conversationId, connection.caller.userId, connection.listensSince);
    };
  }

  /** Joins once all events up to `after` were emitted, so that a new member gets none of them. */
  joinConversation(conversationId: ConversationId, userId: UserId, { after, visibleFromSeq }: Joining): void {
    this.leaves.forgetLeave(conversationId, userId);
    this.countChange(userId);
    this.order.runAfter(conversationId, after, () => {
      if (this.leaves.hasLeft(conversationId, userId)) return;
      const room = roomOf.conversation(conversationId);
      // Before the sockets join: no event of an older message may come in between.
      for (const { socket } of this.connections.listByUser(userId)) {
        if (socket.rooms.has(roomOf.user(userId))) this.server.views.limitView(room, socket.id, visibleFromSeq);
      }
      this.server.io?.in(roomOf.user(userId)).socketsJoin(room);
    });
  }

  leaveConversation(conversationId: ConversationId, userId: UserId): void {
    this.leaves.recordLeave(conversationId, userId);
    this.countChange(userId);
    this.server.io?.in(roomOf.user(userId)).socketsLeave(roomOf.conversation(conversationId));
  }

  /** Those of the user's sockets that are in the conversation see nothing before this `seq`. */
  limitView(conversationId: ConversationId, userId: UserId, visibleFromSeq: number): void {
    const room = roomOf.conversation(conversationId);
    for (const { socket } of this.connections.listByUser(userId)) {
      if (socket.rooms.has(room)) this.server.views.limitView(room, socket.id, visibleFromSeq);
    }
  }

  closeConversation(conversationId: ConversationId): void {
    this.leaves.recordClosing(conversationId);
    this.closedConversations += 1;
    const room = roomOf.conversation(conversationId);
    this.server.io?.in(room).socketsLeave(room);
  }

  /** How many conversations were closed so far. A list of rooms that was loaded at a lower count may be stale. */
  get closedCount(): number {
    return this.closedConversations;
  }

  private countChange(userId: UserId): void {
    for (const connection of this.connections.listByUser(userId)) connection.membershipVersion += 1;
  }
}
