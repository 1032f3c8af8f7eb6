import { Injectable } from '@nestjs/common';
import type { ConversationId, SessionId, UserId } from '#contracts/primitives.js';
import { Relay, type Place } from './relay/relay.js';
import { Closer } from './connections/closer.js';
import { Connections } from './connections/connections.js';
import { LocalRooms } from './rooms/local-rooms.js';
import { Revocations } from './connections/revocations.js';
import { roomOf } from './connections/room-names.js';
import { SocketServer } from './connections/socket-server.js';

/**
 * Who hears what: moves sockets in and out of rooms, on all nodes in order with the events, and closes those of revoked
 * sessions.
 */
@Injectable()
export class Rooms {
  constructor(
    private readonly server: SocketServer,
    private readonly connections: Connections,
    private readonly closer: Closer,
    private readonly revocations: Revocations,
    private readonly local: LocalRooms,
    private readonly relay: Relay,
  ) {}

  /** All sockets of the user get the conversation's events that come after this place. */
  join(userId: UserId, conversationId: ConversationId, after: Place): void {
    this.local.join(userId, conversationId, after);
    this.relay.change({ kind: 'join', userId, conversationId, after });
  }

  /** No socket of the user gets the conversation's events any more. */
  leave(userId: UserId, conversationId: ConversationId): void {
    this.local.leave(userId, conversationId);
    this.relay.change({ kind: 'leave', userId, conversationId });
  }

  /** Nobody gets the conversation's events any more. */
  closeConversation(conversationId: ConversationId): void {
    this.local.closeConversation(conversationId);
    this.relay.change({ kind: 'close', conversationId });
  }

  /** One socket of this node watches the presence of these users. */
  watchPresence(socketId: string, userIds: readonly UserId[]): void {
    void this.connections.get(socketId)?.socket.join(userIds.map(roomOf.presence));
  }

  /** One socket of this node stops watching the presence of these users. */
  unwatchPresence(socketId: string, userIds: readonly UserId[]): void {
    const socket = this.connections.get(socketId)?.socket;
    for (const id of userIds) void socket?.leave(roomOf.presence(id));
  }

  /** All sockets of the user watch the presence of `watched`. */
  watchPresenceAsUser(userId: UserId, watched: UserId): void {
    this.local.watch(userId, watched);
    this.relay.change({ kind: 'watch', userId, watched });
  }

  /** No socket of the user watches the presence of `watched` any more. */
  unwatchPresenceAsUser(userId: UserId, watched: UserId): void {
    this.local.unwatch(userId, watched);
    this.relay.change({ kind: 'unwatch', userId, watched });
  }

  /** Tells the session's sockets on this node why and closes them, those included whose handshake is under way. */
  closeSession(sessionId: SessionId, code: 'revoked', reason: string): void {
    this.revocations.add(sessionId);
    for (const connection of [...this.connections.all()]) {
      if (connection.caller.sessionId === sessionId) this.closer.close(connection, { code, reason, retryAfterMs: null });
    }
  }

  /** Tells the user's sockets on this node why and closes them, those included whose handshake is under way. */
  closeUser(userId: UserId, code: 'revoked', reason: string): void {
    this.revocations.add(userId);
    for (const connection of this.connections.of(userId)) this.closer.close(connection, { code, reason, retryAfterMs: null });
  }

  /** Whether the user has an open socket on this node. */
  isConnected(userId: UserId): boolean {
    return this.connections.has(userId);
  }

  /** Open sockets on this node. */
  socketCount(): number {
    return this.connections.size;
  }

  /** Users with an open socket on this node. */
  userCount(): number {
    return this.connections.userCount;
  }

  /** Whether this node is going down: what disconnects now says nothing about its user. */
  get isDraining(): boolean {
    return this.server.isDraining;
  }
}
