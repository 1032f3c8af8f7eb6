import { events, type EventName } from '#contracts/events.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { jsonOf } from '#platform/json-text.js';
import type { ShownMessage } from '../connection-events.js';
import type { RoomEvent } from '../connections/room-event.js';
import type { RoomChange } from './relay.js';

const nothing = '-';

/** Encodes an event as one line. The names come first, so that a node without sockets in the room need not read on. */
export function encodeEvent({ room, exceptRoom, alsoExcept = [], onlyRoom, shown, event, payload }: RoomEvent): string {
  const except = [exceptRoom ?? nothing, ...alsoExcept].join(',');
  const message = shown === undefined ? nothing : `${shown.conversationId},${shown.seq},${shown.senderId}`;
  return `${room ?? nothing} ${except} ${onlyRoom ?? nothing} ${message} ${event} ${jsonOf(payload)}`;
}

/** The room of an encoded event, found without decoding the rest. */
export function roomOfLine(line: string): string | undefined {
  const room = line.slice(0, line.indexOf(' '));
  return room === nothing ? undefined : room;
}

/** The event of a line that `encodeEvent` wrote, or undefined if this version of Parley does not know the event. */
export function decodeEvent(line: string): RoomEvent | undefined {
  const [room = '', except = '', onlyRoom = '', message = '', event = ''] = line.split(' ', 5);
  if (!isEventName(event)) return undefined;
  const payload: unknown = JSON.parse(line.slice(room.length + except.length + onlyRoom.length + message.length + event.length + 5));
  const [exceptRoom = '', ...others] = except.split(',');
  const alsoExcept = others.length === 0 ? undefined : others;
  return {
    room: named(room),
    exceptRoom: named(exceptRoom),
    alsoExcept,
    onlyRoom: named(onlyRoom),
    shown: shownIn(message),
    event,
    payload,
  };
}

/** The change of a line that `JSON.stringify` wrote. */
export function decodeChange(line: string): RoomChange {
  return JSON.parse(line) as RoomChange;
}

function named(room: string): string | undefined {
  return room === nothing ? undefined : room;
}

function shownIn(message: string): ShownMessage | undefined {
  if (message === nothing) return undefined;
  const [conversationId, seq, senderId] = message.split(',');
  // Cast: `encodeEvent` wrote the ids.
  return { conversationId: conversationId as ConversationId, seq: Number(seq), senderId: senderId as UserId };
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
