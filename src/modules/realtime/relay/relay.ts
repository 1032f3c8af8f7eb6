import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { RoomEvent } from '../connections/room-event.js';

/** Where a conversation stands: the newest revision that was told. */
export interface Place {
  readonly epoch: string;
  readonly rev: number;
}

/** Who hears what has changed. */
export type RoomChange =
  | { readonly kind: 'join'; readonly userId: UserId; readonly conversationId: ConversationId; readonly after: Place }
  | { readonly kind: 'leave'; readonly userId: UserId; readonly conversationId: ConversationId }
  | { readonly kind: 'close'; readonly conversationId: ConversationId }
  | { readonly kind: 'watch' | 'unwatch'; readonly userId: UserId; readonly watched: UserId };

/** What a node does with what the others say. */
export interface RelayReceiver {
  /** Whether anybody here is in the room; what nobody hears is not even read. */
  hears(room: string | undefined): boolean;
  emit(event: RoomEvent): void;
  apply(change: RoomChange): void;
  /** Something may have been missed: the rooms and the clients' state have to be looked at again. */
  missed(): void;
}

/**
 * Tells the other nodes what this one did for its own sockets. Events and changes of one conversation arrive there in the
 * order in which they were told: who joins hears what follows, who leaves does not. Never throws and never waits.
 */
export abstract class Relay {
  abstract event(event: RoomEvent): void;
  abstract change(change: RoomChange): void;
  /** Begins to listen to the others. Once. */
  abstract receive(receiver: RelayReceiver): void;
}

/** Of a single process: there are no others. */
export class SilentRelay extends Relay {
  event(): void {
    // Nobody listens.
  }

  change(): void {
    // Nobody listens.
  }

  receive(): void {
    // Nobody speaks.
  }
}
