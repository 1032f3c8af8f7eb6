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

  /** Sends to all members of the conversation, except the sockets of `exceptUser`. */
  toConversation<N extends EventName>(
    id: ConversationId,
    event: N,
    payload: EventPayload<N> | JsonText<EventPayload<N>>,
    options?: { readonly exceptUser?: UserId },
  ): void {
    const exceptUser = options?.exceptUser;
    const exceptRoom = exceptUser === undefined ? undefined : roomOf.user(exceptUser);
    this.emit(roomOf.conversation(id), event, payload, { exceptRoom });
  }

  /**
   * Sends an event that shows a message to the members whose view of the conversation includes it. The other members get
   * `conversation.advanced` with the same revision.
   */
  toViewers<N extends EventName>(message: ShownMessage, event: N, payload: EventPayload<N> | JsonText<EventPayload<N>>): void {
    this.emit(roomOf.conversation(message.conversationId), event, payload, { shown: message });
  }

  /** Sends to the members whose sockets are on this node. For events that every node learns of by itself. */
  toConversationHere<N extends EventName>(id: ConversationId, event: N, payload: EventPayload<N>): void {
    this.order.emitInOrder({ room: roomOf.conversation(id), exceptRoom: undefined, onlyRoom: undefined, event, payload });
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

  /** Sends to all connected sockets. */
  toEveryone<N extends EventName>(event: N, payload: EventPayload<N>): void {
    this.emit(undefined, event, payload);
  }

  private emit(
    room: string | undefined,
    event: EventName,
    payload: unknown,
    { exceptRoom, onlyRoom, shown }: Pick<Partial<RoomEvent>, 'exceptRoom' | 'onlyRoom' | 'shown'> = {},
  ): void {
    const roomEvent = { room, exceptRoom, onlyRoom, shown, event, payload };
    this.order.emitInOrder(roomEvent);
    this.relay.publishEvent(roomEvent);
  }
}
