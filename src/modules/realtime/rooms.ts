import { Injectable } from '@nestjs/common';
import type { ConversationId, SessionId, UserId } from '#contracts/primitives.js';
import { Closer } from './connections/closer.js';
import { Connections } from './connections/connections.js';
import { Revocations } from './connections/revocations.js';
import { roomOf } from './connections/room-names.js';
import { SocketServer } from './connections/socket-server.js';
import { type Joining, Relay } from './relay/relay.js';
import { LocalRooms } from './rooms/local-rooms.js';

/**
 * Decides which sockets get which events: moves sockets in and out of rooms, on all nodes and in order with the events, and closes the
 * sockets of revoked sessions.
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

  /** From now on all sockets of the user get the conversation's events after this position, as far as their view goes. */
  joinConversation(conversationId: ConversationId, userId: UserId, joining: Joining): void {
    this.local.joinConversation(conversationId, userId, joining);
    this.relay.publishChange({ kind: 'join', userId, conversationId, ...joining });
  }

  /** From now on the user's sockets see nothing of the messages before this `seq`. */
  limitView(conversationId: ConversationId, userId: UserId, visibleFromSeq: number): void {
    this.local.limitView(conversationId, userId, visibleFromSeq);
    this.relay.publishChange({ kind: 'limit', userId, conversationId, visibleFromSeq });
  }

  /** From now on no socket of the user gets the conversation's events. */
  leaveConversation(conversationId: ConversationId, userId: UserId): void {
    this.local.leaveConversation(conversationId, userId);
    this.relay.publishChange({ kind: 'leave', userId, conversationId });
  }

  /** From now on no socket gets the conversation's events. */
  closeConversation(conversationId: ConversationId): void {
    this.local.closeConversation(conversationId);
    this.relay.publishChange({ kind: 'close', conversationId });
  }

  /** One socket of this node watches the presence of these users. */
  watchPresence(socketId: string, userIds: readonly UserId[]): void {
    void this.connections.findBySocket(socketId)?.socket.join(userIds.map(roomOf.presence));
  }

  /** One socket of this node stops watching the presence of these users. */
  unwatchPresence(socketId: string, userIds: readonly UserId[]): void {
    const socket = this.connections.findBySocket(socketId)?.socket;
    for (const id of userIds) void socket?.leave(roomOf.presence(id));
  }

  /** Whether the socket of this node watches the presence of the user. */
  isWatchingPresence(socketId: string, userId: UserId): boolean {
    return this.connections.findBySocket(socketId)?.socket.rooms.has(roomOf.presence(userId)) ?? false;
  }

  /** The ids of the user's open sockets on this node. */
  listSockets(userId: UserId): string[] {
    return this.connections.listByUser(userId).map((connection) => connection.id);
  }

  /** The user of a socket of this node. */
  findUser(socketId: string): UserId | undefined {
    return this.connections.findBySocket(socketId)?.caller.userId;
  }

  /** Closes the session's sockets on this node with a reason, including those whose handshake is under way. */
  closeSession(sessionId: SessionId, code: 'revoked', reason: string): void {
    this.revocations.recordRevocation(sessionId);
    for (const connection of [...this.connections.listAll()]) {
      if (connection.caller.sessionId === sessionId) this.closer.closeConnection(connection, { code, reason, retryAfterMs: null });
    }
  }

  /** Whether the user has an open socket on this node. */
  isConnected(userId: UserId): boolean {
    return this.connections.hasUser(userId);
  }

  /** The users with a socket of this node in the conversation, and since when the one that listens for longest does. */
  listListeners(conversationId: ConversationId): ReadonlyMap<UserId, number> {
    const listeners = new Map<UserId, number>();
    for (const id of this.server.listSockets(roomOf.conversation(conversationId))) {
      const connection = this.connections.findBySocket(id);
      if (connection === undefined || connection.state === 'closing') continue;
      const { userId } = connection.caller;
      listeners.set(userId, Math.min(connection.listensSince, listeners.get(userId) ?? Number.POSITIVE_INFINITY));
    }
    return listeners;
  }

  /** The number of open sockets on this node. */
  countSockets(): number {
    return this.connections.size;
  }

  /** The number of users with an open socket on this node. */
  countUsers(): number {
    return this.connections.userCount;
  }

  /** Whether this node is shutting down. A disconnect then says nothing about the user, who is about to reconnect. */
  get isDraining(): boolean {
    return this.server.isDraining;
  }
}
