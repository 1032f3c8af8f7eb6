import { Module } from '@nestjs/common';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { ShowSettings } from './show-settings.js';
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
import { WatchContacts } from './watch/watch-contacts.js';
import { WatchList } from './watch/watch-list.js';

/** Presence, last seen and typing. Changes go only to sockets that watch the user. For roles with an HTTP server. */
@Module({
  imports: [ConversationsModule, UsersModule],
  controllers: [PresenceController],
  providers: [
    { provide: PresenceStore, inject: [REDIS], useFactory: openStore },
    LastSeen,
    Presence,
    FindOnline,
    Typing,
    WatchList,
    WatchContacts,
    ShowSettings,
    FollowConnections,
    PresenceGateway,
    TypingGateway,
  ],
  exports: [Presence, Typing],
})
export class PresenceModule {}

/** The only place that knows which store runs. */
function openStore(redis: SharedRedis | null): PresenceStore {
  return redis === null ? new MemoryPresenceStore() : new RedisPresenceStore(redis.connections.commands);
}
