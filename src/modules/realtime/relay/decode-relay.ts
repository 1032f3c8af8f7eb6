import { events, type EventName } from '#contracts/events.js';
import { jsonOf } from '#platform/json-text.js';
import type { RoomEvent } from '../connections/room-event.js';
import type { RoomChange } from './relay.js';

const nothing = '-';

/** The lines of the relay: names first, so that a node that has nobody in the room reads no further. */
export function encodeEvent({ room, exceptRoom, onlyRoom, event, payload }: RoomEvent): string {
  return `${room ?? nothing} ${exceptRoom ?? nothing} ${onlyRoom ?? nothing} ${event} ${jsonOf(payload)}`;
}

/** The room of an encoded event, without reading the rest. */
export function roomOfLine(line: string): string | undefined {
  const room = line.slice(0, line.indexOf(' '));
  return room === nothing ? undefined : room;
}

/** The event of a line that `encodeEvent` made; undefined when another version made it. */
export function decodeEvent(line: string): RoomEvent | undefined {
  const [room = '', exceptRoom = '', onlyRoom = '', event = ''] = line.split(' ', 4);
  if (!isEventName(event)) return undefined;
  const payload: unknown = JSON.parse(line.slice(room.length + exceptRoom.length + onlyRoom.length + event.length + 4));
  return { room: named(room), exceptRoom: named(exceptRoom), onlyRoom: named(onlyRoom), event, payload };
}

/** The change that `JSON.stringify` made. */
export function decodeChange(line: string): RoomChange {
  return JSON.parse(line) as RoomChange;
}

function named(room: string): string | undefined {
  return room === nothing ? undefined : room;
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
