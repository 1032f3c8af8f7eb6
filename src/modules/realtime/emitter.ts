import { Injectable } from '@nestjs/common';
import type { EventName, EventPayload } from '#contracts/events.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { JsonText } from '#platform/json-text.js';
import type { ShownMessage } from './connection-events.js';
import type { RoomEvent } from './connections/room-event.js';
import { roomOf } from './connections/room-names.js';
import { Relay } from './relay/relay.js';
import { RoomOrder } from './rooms/room-order.js';

/**
 * Sends events of the contract to sockets on all nodes. The events of a conversation arrive in the order of their revisions. Each node
 * encodes an event once, however many sockets get it. Never waits and never throws.
 */
@Injectable()
export class Emitter {
  constructor(
    private readonly order: RoomOrder,
    private readonly relay: Relay,
  ) {}

  /** Sends to all members of the conversation, except the sockets of `exceptUser` and of the users in `hiddenFrom`. */
  toConversation<N extends EventName>(
    id: ConversationId,
    event: N,
    payload: EventPayload<N> | JsonText<EventPayload<N>>,
    options?: { readonly exceptUser?: UserId; readonly hiddenFrom?: Iterable<UserId> },
  ): void {
    const exceptUser = options?.exceptUser;
    const exceptRoom = exceptUser === undefined ? undefined : roomOf.user(exceptUser);
    this.emit(roomOf.conversation(id), event, payload, { exceptRoom, alsoExcept: roomsOf(options?.hiddenFrom) });
  }

  /**
   * Sends an event that shows a message to the members whose view of the conversation includes it. The other members get
   * `conversation.advanced` with the same revision.
   */
  toViewers<N extends EventName>(message: ShownMessage, event: N, payload: EventPayload<N> | JsonText<EventPayload<N>>): void {
    this.emit(roomOf.conversation(message.conversationId), event, payload, { shown: message });
  }

  /**
   * Sends to the members whose sockets are on this node, except the users in `hiddenFrom`. For events that every node learns of by itself.
   */
  toConversationHere<N extends EventName>(id: ConversationId, event: N, payload: EventPayload<N>, hiddenFrom?: Iterable<UserId>): void {
    const alsoExcept = roomsOf(hiddenFrom);
    this.order.emitInOrder({ room: roomOf.conversation(id), exceptRoom: undefined, alsoExcept, onlyRoom: undefined, event, payload });
  }

  /** Sends to one member's sockets only, in order with the conversation's events. */
  toMember<N extends EventName>(id: ConversationId, userId: UserId, event: N, payload: EventPayload<N>): void {
    this.emit(roomOf.conversation(id), event, payload, { onlyRoom: roomOf.user(userId) });
  }

  /** Sends to all sockets of the user. */
  toUser<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.emit(roomOf.user(id), event, payload);
  }

  /** Sends to the sockets that watch the user's presence. */
  toPresenceWatchers<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.emit(roomOf.presence(id), event, payload);
  }

  /** Sends to the sockets of this node that watch the user's presence, except the user's own. */
  toPresenceWatchersHere<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.order.emitInOrder({ room: roomOf.presence(id), exceptRoom: roomOf.user(id), onlyRoom: undefined, event, payload });
  }

  /** Sends to one socket of this node. Each socket is in a room of its own, which has the socket's id as its name. */
  toSocketHere<N extends EventName>(socketId: string, event: N, payload: EventPayload<N>): void {
    this.order.emitInOrder({ room: socketId, exceptRoom: undefined, onlyRoom: undefined, event, payload });
  }

  /** Sends to all connected sockets. */
  toEveryone<N extends EventName>(event: N, payload: EventPayload<N>): void {
    this.emit(undefined, event, payload);
  }

  private emit(
    room: string | undefined,
    event: EventName,
    payload: unknown,
    { exceptRoom, alsoExcept, onlyRoom, shown }: Pick<Partial<RoomEvent>, 'exceptRoom' | 'alsoExcept' | 'onlyRoom' | 'shown'> = {},
  ): void {
    const roomEvent = { room, exceptRoom, alsoExcept, onlyRoom, shown, event, payload };
    this.order.emitInOrder(roomEvent);
    this.relay.publishEvent(roomEvent);
  }
}

/** The rooms of the users; undefined if there are none, the common case. */
function roomsOf(userIds: Iterable<UserId> | undefined): string[] | undefined {
  const rooms = userIds === undefined ? [] : [...userIds].map(roomOf.user);
  return rooms.length === 0 ? undefined : rooms;
}
