import { Injectable } from '@nestjs/common';
import type { EventName, EventPayload } from '#contracts/events.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { JsonText } from '#platform/json-text.js';
import { Relay } from './relay/relay.js';
import { roomOf } from './connections/room-names.js';
import { RoomOrder } from './rooms/room-order.js';

/**
 * Sends events of the contract to sockets, on all nodes, those of a conversation in the order of their revisions; encoded once
 * on each node however many listen. Never waits and never throws.
 */
@Injectable()
export class Emitter {
  constructor(
    private readonly order: RoomOrder,
    private readonly relay: Relay,
  ) {}

  /** To all who are in the conversation, but for the sockets of `exceptUser`. */
  toConversation<N extends EventName>(
    id: ConversationId,
    event: N,
    payload: EventPayload<N> | JsonText<EventPayload<N>>,
    options?: { readonly exceptUser?: UserId },
  ): void {
    const exceptUser = options?.exceptUser;
    const exceptRoom = exceptUser === undefined ? undefined : roomOf.user(exceptUser);
    this.send(roomOf.conversation(id), event, payload, { exceptRoom });
  }

  /** To those in the conversation whose sockets are on this node: for what every node hears of by itself. */
  toConversationHere<N extends EventName>(id: ConversationId, event: N, payload: EventPayload<N>): void {
    this.order.take({ room: roomOf.conversation(id), exceptRoom: undefined, onlyRoom: undefined, event, payload });
  }

  /** To one member's sockets alone, in its place among the conversation's events. */
  toMember<N extends EventName>(id: ConversationId, userId: UserId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.conversation(id), event, payload, { onlyRoom: roomOf.user(userId) });
  }

  /** To all sockets of the user. */
  toUser<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.user(id), event, payload);
  }

  /** To those who watch the user's presence. */
  toPresenceWatchers<N extends EventName>(id: UserId, event: N, payload: EventPayload<N>): void {
    this.send(roomOf.presence(id), event, payload);
  }

  /** To everybody who is connected. */
  toEveryone<N extends EventName>(event: N, payload: EventPayload<N>): void {
    this.send(undefined, event, payload);
  }

  private send(
    room: string | undefined,
    event: EventName,
    payload: unknown,
    { exceptRoom, onlyRoom }: { readonly exceptRoom?: string | undefined; readonly onlyRoom?: string } = {},
  ): void {
    const roomEvent = { room, exceptRoom, onlyRoom, event, payload };
    this.order.take(roomEvent);
    this.relay.event(roomEvent);
  }
}
