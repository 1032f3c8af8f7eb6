import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandTable } from './commands/command-table.js';
import { Dispatcher } from './commands/dispatcher.js';
import { SessionsGateway } from './gateway/sessions.gateway.js';
import { RevalidateConnections } from './revalidate-connections.js';
import { ConnectionListeners } from './gateway/connection-listeners.js';
import { Drain } from './gateway/drain.js';
import { FollowNodes } from './gateway/follow-nodes.js';
import { HandOver } from './gateway/hand-over.js';
import { Handshake } from './gateway/handshake.js';
import { JoinCurrentRooms } from './rooms/join-current-rooms.js';
import { OpenConnection } from './gateway/open-connection.js';
import { SocketLifecycle } from './gateway/socket-lifecycle.js';
import { Sweep } from './gateway/sweep.js';

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
    FollowNodes,
    HandOver,
    Handshake,
    JoinCurrentRooms,
    OpenConnection,
    RevalidateConnections,
    SessionsGateway,
    SocketLifecycle,
    Sweep,
  ],
  exports: [RevalidateConnections],
})
export class SocketsModule {
  /** `features` are the modules that export the `ConnectionAuthenticator` and the `UserConversations`. */
  static with(...features: Type[]): DynamicModule {
    return { module: SocketsModule, imports: features };
  }
}
