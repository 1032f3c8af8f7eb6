import type { ConversationId, UserId } from '#contracts/primitives.js';
import { MethodMarker } from '#platform/discovery/method-marker.js';
import type { Caller } from '../../transport/caller.js';

/** The message that an event of a conversation shows or changes. */
export interface ShownMessage {
  readonly conversationId: ConversationId;
  readonly seq: number;
  readonly senderId: UserId;
}

/** Marks of the decorators below. For realtime only. */
export const connectedMarker = new MethodMarker<true>('OnConnected');
export const disconnectedMarker = new MethodMarker<true>('OnDisconnected');
export const roomLeftMarker = new MethodMarker<true>('OnRoomLeft');
export const messageEmittedMarker = new MethodMarker<true>('OnMessageEmitted');

type OnConnectedMethod = (caller: Caller, socketId: string) => void | Promise<void>;
type OnDisconnectedMethod = (caller: Caller, socketId: string) => void;
type OnRoomLeftMethod = (conversationId: ConversationId, userId: UserId, listensSince: number) => void;
type OnMessageEmittedMethod = (message: ShownMessage) => void;

/** Calls the method when a connection has joined its rooms, and awaits it before `session.ready`. A failure is logged and does not close the connection. */
export function OnConnected() {
  return connectedMarker.mark<OnConnectedMethod>(true);
}

/** Calls the method once for each connection that `@OnConnected` methods were called for. A failure is logged. */
export function OnDisconnected() {
  return disconnectedMarker.mark<OnDisconnectedMethod>(true);
}

/**
 * Calls the method, synchronously, after a socket of this node has left the conversation's room, unless the server closed the socket.
 * `listensSince` is when it joined, in ms of the monotonic clock. It must not throw.
 */
export function OnRoomLeft() {
  return roomLeftMarker.mark<OnRoomLeftMethod>(true);
}

/** Calls the method, synchronously and in order, after each new message that was emitted to sockets of this node. It must be cheap and not throw. */
export function OnMessageEmitted() {
  return messageEmittedMarker.mark<OnMessageEmittedMethod>(true);
}
