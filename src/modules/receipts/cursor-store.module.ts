import { Module } from '@nestjs/common';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { CursorStore } from './cursor-store.js';
import { MemoryCursorStore } from './store/memory-cursor-store.js';
import { RedisCursorStore } from './store/redis-cursor-store.js';

/** The one store of moved cursors in this process, for those who move them and for the worker who persists them. */
@Module({
  providers: [
    {
      provide: CursorStore,
      inject: [REDIS],
      useFactory: (redis: SharedRedis | null) =>
        redis === null ? new MemoryCursorStore() : new RedisCursorStore(redis.connections.commands),
    },
  ],
  exports: [CursorStore],
})
export class CursorStoreModule {}
