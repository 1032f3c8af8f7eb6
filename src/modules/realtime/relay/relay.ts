import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Position } from '../connections/position.js';
import type { RoomEvent } from '../connections/room-event.js';

/** How a user's sockets join a conversation. */
export interface Joining {
  /** They get the events after this position. */
  readonly after: Position;
  /** The lowest `seq` of the messages that they may see. */
  readonly visibleFromSeq: number;
}

/** A change of the rooms that a user's sockets are in. */
export type RoomChange =
  | ({ readonly kind: 'join'; readonly userId: UserId; readonly conversationId: ConversationId } & Joining)
  | { readonly kind: 'limit'; readonly userId: UserId; readonly conversationId: ConversationId; readonly visibleFromSeq: number }
  | { readonly kind: 'leave'; readonly userId: UserId; readonly conversationId: ConversationId }
  | { readonly kind: 'close'; readonly conversationId: ConversationId };

/** What a node does with the messages of other nodes. */
export interface RelayReceiver {
  /** Whether a socket of this node is in the room. Events for other rooms are not even decoded. */
  hasListeners(room: string | undefined): boolean;
  emitEvent(event: RoomEvent): void;
  applyChange(change: RoomChange): void;
  /** Messages may have been missed: the rooms and the state of all clients have to be checked. */
  handleGap(): void;
}

/**
 * Publishes to the other nodes what this node did for its own sockets. Events and changes of one conversation arrive there in the order
 * in which they were published: a socket that joins gets the events that follow, and a socket that leaves does not. Never throws and
 * never waits.
 */
export abstract class Relay {
  abstract publishEvent(event: RoomEvent): void;
  abstract publishChange(change: RoomChange): void;
  /** Starts passing the messages of other nodes to the receiver. Called once. */
  abstract startReceiving(receiver: RelayReceiver): void;
}

/** The relay of a single process, which has no other nodes. */
export class SilentRelay extends Relay {
  publishEvent(): void {
    // There are no other nodes.
  }

  publishChange(): void {
    // There are no other nodes.
  }

  startReceiving(): void {
    // There are no other nodes.
  }
}
