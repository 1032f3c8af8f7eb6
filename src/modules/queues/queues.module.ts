import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { MaintenanceTasks } from './maintenance-tasks.js';
import { QueueDashboard } from './queue-dashboard.js';
import { QueueProducer } from './queue-producer.js';
import { QueueStats } from './queue-stats.js';
import { ShardWaker } from './shard-waker.js';
import { PostgresQueueStore } from './store/postgres-queue-store.js';
import { QueueStore } from './store/queue-store.js';
import { RedisQueueStore } from './store/redis-queue-store.js';

@Injectable()
class CloseQueueStore implements OnApplicationShutdown {
  constructor(private readonly store: QueueStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

/** Queues for every role: adding jobs, counting them, showing them. Nothing is worked on until `QueueWorkersModule` is there too. */
@Global()
@Module({
  providers: [
    { provide: QueueStore, inject: [CONFIG, REDIS], useFactory: openStore },
    CloseQueueStore,
    QueueProducer,
    ShardWaker,
    MaintenanceTasks,
    QueueStats,
    QueueDashboard,
  ],
  exports: [QueueStore, QueueProducer, ShardWaker, MaintenanceTasks, QueueStats, QueueDashboard],
})
export class QueuesModule {}

/** Which store runs is decided here and known nowhere else. */
function openStore(config: Config, redis: SharedRedis | null): QueueStore | Promise<QueueStore> {
  return redis === null ? PostgresQueueStore.open(config.databaseUrl) : new RedisQueueStore(redis.connections);
}
