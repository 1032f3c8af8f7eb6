import { Module } from '@nestjs/common';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { FindOnline } from './read/find-online.js';
import { LastSeen } from './infra/last-seen.js';
import { Presence } from './presence.js';
import { MemoryPresenceStore } from './infra/memory-presence-store.js';
import { PresenceStore } from './infra/presence-store.js';
import { RedisPresenceStore } from './infra/redis-presence-store.js';
import { PresenceGateway } from './transport/presence.gateway.js';
import { PresenceController } from './transport/presence.controller.js';
import { TypingGateway } from './transport/typing.gateway.js';
import { Typing } from './typing.js';
import { FollowConnections } from './watch/follow-connections.js';
import { LinkPeers } from './watch/link-peers.js';
import { WatchList } from './watch/watch-list.js';

/** Online, last seen and typing: leases of devices, told to those who watch and never to everybody. For roles with an HTTP server. Which store runs is decided here. */
@Module({
  imports: [ConversationsModule, UsersModule],
  controllers: [PresenceController],
  providers: [
    {
      provide: PresenceStore,
      inject: [REDIS],
      useFactory: (redis: SharedRedis | null) =>
        redis === null ? new MemoryPresenceStore() : new RedisPresenceStore(redis.connections.commands),
    },
    LastSeen,
    Presence,
    FindOnline,
    Typing,
    WatchList,
    LinkPeers,
    FollowConnections,
    PresenceGateway,
    TypingGateway,
  ],
  exports: [Presence, Typing],
})
export class PresenceModule {}
