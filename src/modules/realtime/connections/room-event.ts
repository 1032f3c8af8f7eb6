import type { EventName } from '#contracts/events.js';

/** An event on its way to sockets: to one room, or to everybody. */
export interface RoomEvent {
  readonly room: string | undefined;
  /** Sockets of this room get nothing. */
  readonly exceptRoom: string | undefined;
  /** Of the sockets in `room` only those get it that are in this one too. Its place among the room's events is the same. */
  readonly onlyRoom: string | undefined;
  readonly event: EventName;
  /** A `JsonText` where the text is there already. */
  readonly payload: unknown;
}
