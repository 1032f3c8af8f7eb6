import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandTable } from './dispatch/command-table.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { SessionGateway } from './dispatch/session.gateway.js';
import { RecheckConnections } from './recheck-connections.js';
import { ConnectionListeners } from './server/connection-listeners.js';
import { Drain } from './server/drain.js';
import { FollowOthers } from './server/follow-others.js';
import { HandOver } from './server/hand-over.js';
import { Handshake } from './server/handshake.js';
import { LoadRooms } from './server/load-rooms.js';
import { OpenConnection } from './server/opening.js';
import { SocketLifecycle } from './server/socket-lifecycle.js';
import { Sweep } from './server/sweep.js';

/**
 * Accepts sockets and runs their commands. For roles with gateways, beside `RealtimeModule`. It is global, so that it starts before the
 * features and stops after them.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    CommandTable,
    ConnectionListeners,
    Dispatcher,
    Drain,
    FollowOthers,
    HandOver,
    Handshake,
    LoadRooms,
    OpenConnection,
    RecheckConnections,
    SessionGateway,
    SocketLifecycle,
    Sweep,
  ],
  exports: [RecheckConnections],
})
export class SocketsModule {
  /** `features` are the modules that export the `ConnectionAuthenticator` and the `UserConversations`. */
  static with(...features: Type[]): DynamicModule {
    return { module: SocketsModule, imports: features };
  }
}
