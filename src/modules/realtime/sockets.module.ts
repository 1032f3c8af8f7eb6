import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandTable } from './dispatch/command-table.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { SessionGateway } from './dispatch/session.gateway.js';
import { Drain } from './server/drain.js';
import { FollowOthers } from './server/follow-others.js';
import { HandOver } from './server/hand-over.js';
import { Handshake } from './server/handshake.js';
import { OpenConnection } from './server/opening.js';
import { SocketLifecycle } from './server/socket-lifecycle.js';
import { Sweep } from './server/sweep.js';

/** Accepts sockets and runs their commands. For roles with gateways; needs `RealtimeModule` and the modules of the features. Global, so that it starts before them and stops after them. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [FollowOthers, CommandTable, Dispatcher, SessionGateway, HandOver, Handshake, OpenConnection, Sweep, Drain, SocketLifecycle],
})
export class SocketsModule {}
