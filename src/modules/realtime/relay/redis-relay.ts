import type { RedisBus } from '#platform/redis/redis-bus.js';
import { roomOf } from '../connections/room-names.js';
import type { RoomEvent } from '../connections/room-event.js';
import { decodeChange, decodeEvent, encodeEvent, roomOfLine } from './decode-relay.js';
import { Relay, type RelayReceiver, type RoomChange } from './relay.js';

const eventAddress = 'sockets:event';
const changeAddress = 'sockets:change';
const everybody = 'everybody';

/** Between the nodes of a cluster, over the bus. */
export class RedisRelay extends Relay {
  constructor(private readonly bus: RedisBus) {
    super();
  }

  event(event: RoomEvent): void {
    this.bus.publish(event.room ?? everybody, eventAddress, () => encodeEvent(event));
  }

  /** Under the key of the room it is about, and so in order with its events. */
  change(change: RoomChange): void {
    this.bus.publish(roomOfChange(change), changeAddress, () => JSON.stringify(change));
  }

  receive(receiver: RelayReceiver): void {
    this.bus.subscribe(eventAddress, (line) => {
      if (!receiver.hears(roomOfLine(line))) return;
      const event = decodeEvent(line);
      if (event !== undefined) receiver.emit(event);
    });
    this.bus.subscribe(changeAddress, (line) => receiver.apply(decodeChange(line)));
    this.bus.onGap(() => receiver.missed());
  }
}

function roomOfChange(change: RoomChange): string {
  switch (change.kind) {
    case 'join':
    case 'leave':
    case 'close':
      return roomOf.conversation(change.conversationId);
    case 'watch':
    case 'unwatch':
      return roomOf.presence(change.watched);
  }
}
