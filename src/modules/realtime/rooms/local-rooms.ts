import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { type DecoratedMethod, DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { roomJoinedMarker } from '../connection-events.js';
import type { Place } from '../relay/relay.js';
import { Connections } from '../connections/connections.js';
import { RecentLeaves } from './recent-leaves.js';
import { roomOf } from '../connections/room-names.js';
import { RoomOrder } from './room-order.js';
import { SocketServer } from '../connections/socket-server.js';

/** The rooms of this node's sockets. Who leaves has left before the call returns. */
@Injectable()
export class LocalRooms implements OnModuleInit {
  private removedConversations = 0;
  private joinListeners: ReadonlyArray<DecoratedMethod<true>> = [];

  constructor(
    private readonly server: SocketServer,
    private readonly connections: Connections,
    private readonly leaves: RecentLeaves,
    private readonly order: RoomOrder,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    this.joinListeners = this.methods.findMethods(roomJoinedMarker);
  }

  /** When everything up to `after` was told: a newcomer hears nothing of what was before. */
  join(userId: UserId, conversationId: ConversationId, after: Place): void {
    this.leaves.joined(userId, conversationId);
    this.countChange(userId);
    this.order.runAfter(conversationId, after, () => {
      if (this.leaves.has(userId, conversationId)) return;
      this.server.io?.in(roomOf.user(userId)).socketsJoin(roomOf.conversation(conversationId));
      for (const { call } of this.joinListeners) call(userId, conversationId);
    });
  }

  leave(userId: UserId, conversationId: ConversationId): void {
    this.leaves.left(userId, conversationId);
    this.countChange(userId);
    this.server.io?.in(roomOf.user(userId)).socketsLeave(roomOf.conversation(conversationId));
  }

  closeConversation(conversationId: ConversationId): void {
    this.leaves.closed(conversationId);
    this.removedConversations += 1;
    const room = roomOf.conversation(conversationId);
    this.server.io?.in(room).socketsLeave(room);
  }

  watch(userId: UserId, watched: UserId): void {
    this.server.io?.in(roomOf.user(userId)).socketsJoin(roomOf.presence(watched));
  }

  unwatch(userId: UserId, watched: UserId): void {
    this.server.io?.in(roomOf.user(userId)).socketsLeave(roomOf.presence(watched));
  }

  /** How often a conversation was closed; a list of rooms loaded before the last time may be stale. */
  get conversationsClosed(): number {
    return this.removedConversations;
  }

  private countChange(userId: UserId): void {
    for (const connection of this.connections.of(userId)) connection.membershipChanges += 1;
  }
}
