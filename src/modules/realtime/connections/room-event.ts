import type { EventName } from '#contracts/events.js';
import type { ShownMessage } from '../connection-events.js';

/** An event on its way to the sockets of one room, or to all sockets. */
export interface RoomEvent {
  /** Undefined for all sockets. */
  readonly room: string | undefined;
  /** Sockets in this room do not get the event. */
  readonly exceptRoom: string | undefined;
  /** Nor do sockets in these rooms. */
  readonly alsoExcept?: readonly string[] | undefined;
  /** Only sockets that are in this room too get the event. Its place among the events of `room` is the same. */
  readonly onlyRoom: string | undefined;
  /** Set when the event shows a message: sockets whose view of the conversation begins later get `conversation.advanced` instead. */
  readonly shown?: ShownMessage | undefined;
  readonly event: EventName;
  /** A `JsonText` if the payload is already encoded. */
  readonly payload: unknown;
}
