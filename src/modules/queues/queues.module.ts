import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { queueOptionsOf } from './infra/bullmq-options.js';
import { ParleyQueue } from './infra/parley-queue.js';
import { ParleyWorker } from './infra/parley-worker.js';
import { PostgresQueueStore } from './infra/postgres-queue-store.js';
import { QueueStore } from './infra/queue-store.js';
import { RedisQueueStore } from './infra/redis-queue-store.js';
import { queueNames } from './job-types.js';
import { QueueDashboard } from './queue-dashboard.js';
import { QueueProducer } from './queue-producer.js';
import { QueueStats } from './queue-stats.js';
import { Queues } from './queues.js';
import { ShardWaker } from './shard-waker.js';
import { MaintenanceConsumer } from './workers/maintenance.consumer.js';
import { MaintenanceTasks } from './workers/maintenance-tasks.js';
import { QueueWorkers } from './workers/queue-workers.js';

/** Of the time that a stop may take, the share that running jobs get to finish. */
const finishShare = 0.6;

// For the whole process, and before the first `registerQueue`. Neither class holds anything of one application.
BullModule.queueClass = ParleyQueue;
BullModule.workerClass = ParleyWorker;

@Module({ providers: [{ provide: QueueStore, inject: [CONFIG, REDIS], useFactory: openStore }], exports: [QueueStore] })
class QueueStoreModule {}

/** Queues for every role: adding jobs, counting them, showing them. Jobs are worked on where `QueueWorkersModule` is imported too. */
@Global()
@Module({
  imports: [
    QueueStoreModule,
    BullModule.forRootAsync({
      imports: [QueueStoreModule],
      inject: [QueueStore],
      useFactory: (store: QueueStore) => ({ connection: store }),
      // Workers start when all modules are initialised: see `QueueWorkers`.
      extraOptions: { manualRegistration: true },
    }),
    BullModule.registerQueue(...queueNames.map((name) => ({ name, ...queueOptionsOf(name) }))),
  ],
  providers: [Queues, QueueProducer, ShardWaker, QueueStats, QueueDashboard],
  exports: [QueueStoreModule, Queues, QueueProducer, ShardWaker, QueueStats, QueueDashboard],
})
export class QueuesModule {}

/** Makes this process work on all queues. Imported by worker roles, together with the consumers of the features. */
@Module({ providers: [QueueWorkers, MaintenanceTasks, MaintenanceConsumer] })
export class QueueWorkersModule {}

/** The only place that knows which store runs. */
function openStore(config: Config, redis: SharedRedis | null): QueueStore | Promise<QueueStore> {
  const workerCloseTimeoutMs = config.shutdownTimeoutMs * finishShare;
  if (redis === null) return PostgresQueueStore.open(config.databaseUrl, workerCloseTimeoutMs);
  return new RedisQueueStore(redis.connections, workerCloseTimeoutMs);
}
