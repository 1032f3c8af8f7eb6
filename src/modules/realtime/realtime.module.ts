import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ConnectionHooks } from './connection-hooks.js';
import { CommandTable } from './dispatch/command-table.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { SessionCommands } from './dispatch/session-commands.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { Emitter } from './emitter.js';
import { Gathering } from './gather/gathering.js';
import { RedisRelay } from './relay/redis-relay.js';
import { Relay, SilentRelay } from './relay/relay.js';
import { Rooms } from './rooms.js';
import { Closer } from './server/closer.js';
import { Connections } from './server/connections.js';
import { Drain } from './server/drain.js';
import { FollowOthers } from './server/follow-others.js';
import { HandOver } from './server/hand-over.js';
import { Handshake } from './server/handshake.js';
import { LoadRooms } from './server/load-rooms.js';
import { LocalRooms } from './server/local-rooms.js';
import { OpenConnection } from './server/opening.js';
import { RealtimeServer } from './server/realtime.server.js';
import { Recheck } from './server/recheck.js';
import { RecentLeaves } from './server/recent-leaves.js';
import { Revocations } from './server/revocations.js';
import { RoomOrder } from './server/room-order.js';
import { SocketServer } from './server/socket-server.js';
import { Sweep } from './server/sweep.js';

/** The only owner of Socket.IO. For roles with an HTTP server. Which relay runs is decided here. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: Relay,
      inject: [REDIS],
      useFactory: (redis: SharedRedis | null) => (redis === null ? new SilentRelay() : new RedisRelay(redis.bus)),
    },
    Gathering,
    SocketServer,
    Connections,
    Revocations,
    RecentLeaves,
    Closer,
    RoomOrder,
    LocalRooms,
    LoadRooms,
    Recheck,
    FollowOthers,
    Rooms,
    Emitter,
    ConnectionHooks,
    CommandTable,
    Dispatcher,
    SessionCommands,
    HandOver,
    Handshake,
    OpenConnection,
    Sweep,
    Drain,
    RealtimeServer,
  ],
  exports: [Emitter, Rooms, ConnectionHooks],
})
export class RealtimeModule {}
