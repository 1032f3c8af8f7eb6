import { Global, Module } from '@nestjs/common';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { Emitter } from './emitter.js';
import { PacketBatcher } from './wire/packet-batcher.js';
import { RedisRelay } from './relay/redis-relay.js';
import { Relay, SilentRelay } from './relay/relay.js';
import { Rooms } from './rooms.js';
import { Closer } from './connections/closer.js';
import { Connections } from './connections/connections.js';
import { LocalRooms } from './rooms/local-rooms.js';
import { RecentLeaves } from './rooms/recent-leaves.js';
import { Revocations } from './connections/revocations.js';
import { RoomOrder } from './rooms/room-order.js';
import { SocketServer } from './connections/socket-server.js';

const relay = {
  provide: Relay,
  inject: [REDIS],
  useFactory: (redis: SharedRedis | null) => (redis === null ? new SilentRelay() : new RedisRelay(redis.bus)),
};
const parts = [relay, PacketBatcher, SocketServer, Connections, Revocations, RecentLeaves, Closer, RoomOrder, LocalRooms, Rooms, Emitter];

/**
 * Rooms and events, for every role. A process without gateways has no sockets of its own, but its events reach the sockets of other nodes.
 * Chooses the relay. All parts are exported for `SocketsModule`; the module map keeps features from importing private parts.
 */
@Global()
@Module({ providers: parts, exports: parts })
export class RealtimeModule {}
