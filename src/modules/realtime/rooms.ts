import { Injectable } from '@nestjs/common';
import type { ConversationId, SessionId, UserId } from '../../../contracts/primitives.js';
import { Closer } from './server/closer.js';
import { Connections } from './server/connections.js';
import { RecentLeaves } from './server/recent-leaves.js';
import { Revocations } from './server/revocations.js';
import { roomOf } from './server/room-names.js';
import { SocketServer } from './server/socket-server.js';

/** Who hears what: moves sockets in and out of rooms, at once and synchronously, and closes those of revoked sessions. */
@Injectable()
export class Rooms {
  private removedConversations = 0;
  private readonly joinListeners: Array<(userId: UserId, conversationId: ConversationId) => void> = [];

  constructor(
    private readonly server: SocketServer,
    private readonly connections: Connections,
    private readonly closer: Closer,
    private readonly revocations: Revocations,
    private readonly leaves: RecentLeaves,
  ) {}

  /** All sockets of the user get the conversation's events from now on. */
  join(userId: UserId, conversationId: ConversationId): void {
    this.leaves.joined(userId, conversationId);
    this.countChange(userId);
    this.server.io?.in(roomOf.user(userId)).socketsJoin(roomOf.conversation(conversationId));
    for (const listener of this.joinListeners) listener(userId, conversationId);
  }

  /** Calls the listener, synchronously, after each `join`. It must not throw. */
  onJoined(listener: (userId: UserId, conversationId: ConversationId) => void): void {
    this.joinListeners.push(listener);
  }

  /** No socket of the user gets the conversation's events any more. */
  leave(userId: UserId, conversationId: ConversationId): void {
    this.leaves.left(userId, conversationId);
    this.countChange(userId);
    this.server.io?.in(roomOf.user(userId)).socketsLeave(roomOf.conversation(conversationId));
  }

  /** Nobody gets the conversation's events any more. */
  closeConversation(conversationId: ConversationId): void {
    this.leaves.closed(conversationId);
    this.removedConversations += 1;
    const room = roomOf.conversation(conversationId);
    this.server.io?.in(room).socketsLeave(room);
  }

  /** One socket watches the presence of these users. */
  watchPresence(socketId: string, userIds: readonly UserId[]): void {
    void this.connections.get(socketId)?.socket.join(userIds.map(roomOf.presence));
  }

  /** One socket stops watching the presence of these users. */
  unwatchPresence(socketId: string, userIds: readonly UserId[]): void {
    const socket = this.connections.get(socketId)?.socket;
    for (const id of userIds) void socket?.leave(roomOf.presence(id));
  }

  /** All sockets of the user watch the presence of `watched`. */
  watchPresenceAsUser(userId: UserId, watched: UserId): void {
    this.server.io?.in(roomOf.user(userId)).socketsJoin(roomOf.presence(watched));
  }

  /** No socket of the user watches the presence of `watched` any more. */
  unwatchPresenceAsUser(userId: UserId, watched: UserId): void {
    this.server.io?.in(roomOf.user(userId)).socketsLeave(roomOf.presence(watched));
  }

  /** Tells the session's sockets why and closes them, those included whose handshake is under way. */
  closeSession(sessionId: SessionId, code: 'revoked', reason: string): void {
    this.revocations.add(sessionId);
    for (const connection of [...this.connections.all()]) {
      if (connection.caller.sessionId === sessionId) this.closer.close(connection, { code, reason, retryAfterMs: null });
    }
  }

  /** Tells the user's sockets why and closes them, those included whose handshake is under way. */
  closeUser(userId: UserId, code: 'revoked', reason: string): void {
    this.revocations.add(userId);
    for (const connection of this.connections.of(userId)) this.closer.close(connection, { code, reason, retryAfterMs: null });
  }

  /** Whether the user has an open socket on this node. */
  isConnected(userId: UserId): boolean {
    return this.connections.has(userId);
  }

  /** The user's open sockets on this node, oldest first. */
  socketsOf(userId: UserId): string[] {
    return this.connections.of(userId).map((connection) => connection.id);
  }

  /** Users with an open socket on this node. */
  onlineUserIds(): UserId[] {
    return this.connections.users();
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

  /** How often a conversation was closed; a list of rooms loaded before the last time may be stale. */
  get conversationsClosed(): number {
    return this.removedConversations;
  }

  private countChange(userId: UserId): void {
    for (const connection of this.connections.of(userId)) connection.membershipChanges += 1;
  }
}
