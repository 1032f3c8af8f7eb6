import type { RedisBus } from '#platform/redis/redis-bus.js';
import type { RoomEvent } from '../connections/room-event.js';
import { roomOf } from '../connections/room-names.js';
import { decodeChange, decodeEvent, encodeEvent, roomOfLine } from './decode-relay.js';
import { Relay, type RelayReceiver, type RoomChange } from './relay.js';

const eventAddress = 'sockets:event';
const changeAddress = 'sockets:change';
const everybody = 'everybody';

/** The relay between the nodes of a cluster, over the bus. */
export class RedisRelay extends Relay {
  constructor(private readonly bus: RedisBus) {
    super();
  }

  publishEvent(event: RoomEvent): void {
    this.bus.publish(event.room ?? everybody, eventAddress, () => encodeEvent(event));
  }

  /** Publishes under the key of the room that changes, which keeps the change in order with the room's events. */
  publishChange(change: RoomChange): void {
    this.bus.publish(roomOf.conversation(change.conversationId), changeAddress, () => JSON.stringify(change));
  }

  startReceiving(receiver: RelayReceiver): void {
    this.bus.subscribe(eventAddress, (line) => {
      if (!receiver.hasListeners(roomOfLine(line))) return;
      const event = decodeEvent(line);
      if (event !== undefined) receiver.emitEvent(event);
    });
    this.bus.subscribe(changeAddress, (line) => receiver.applyChange(decodeChange(line)));
    this.bus.onGap(() => receiver.handleGap());
  }
}
