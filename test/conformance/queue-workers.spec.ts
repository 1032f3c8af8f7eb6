import { Global, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { CONFIG } from '#platform/config/config.js';
import { DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { REDIS } from '#platform/redis/shared-redis.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import { QueueStore } from '../../src/modules/queues/infra/queue-store.js';
import { JobConsumer, type JobContext, Processor } from '../../src/modules/queues/job-consumer.js';
import type { Jobs, QueueName } from '../../src/modules/queues/job-types.js';
import { MaintenanceTask } from '../../src/modules/queues/maintenance-task.js';
import { QueueProducer } from '../../src/modules/queues/queue-producer.js';
import { QueuesModule, QueueWorkersModule } from '../../src/modules/queues/queues.module.js';
import { Queues } from '../../src/modules/queues/queues.js';
import { MaintenanceTasks } from '../../src/modules/queues/workers/maintenance-tasks.js';
import { createDatabase } from '../support/database.js';
import { environment } from '../support/environment.js';
import { present } from '../support/present.js';
import { until } from '../support/until.js';

const shutdownTimeoutMs = 2_000;

@Processor('persistence')
class Persistence extends JobConsumer<'persistence'> {
  readonly shards: number[] = [];
  async perform({ shard }: Jobs['persistence']): Promise<void> {
    this.shards.push(shard);
  }
}

/** A consumer whose jobs ignore the abort signal and end only when the test lets them. */
@Processor('receipts')
class Receipts extends JobConsumer<'receipts'> {
  running: JobContext | undefined;
  finish = (): void => undefined;
  perform(_data: Jobs['receipts'], job: JobContext): Promise<void> {
    this.running = job;
    return new Promise((resolve) => {
      this.finish = resolve;
    });
  }
}

@Processor('dead-letters')
class DeadLetters extends JobConsumer<'dead-letters'> {
  async perform(): Promise<void> {}
}

@Processor('persistence')
class SecondPersistence extends JobConsumer<'persistence'> {
  async perform(): Promise<void> {}
}

/** A maintenance task that counts its runs. */
class Counter {
  runs = 0;
  @MaintenanceTask('count', 100)
  async countRun(): Promise<void> {
    this.runs += 1;
  }
}

class SecondCounter extends Counter {}

const consumers: readonly Type[] = [Persistence, Receipts, DeadLetters];
const opened: INestApplicationContext[] = [];

/** Starts an application with these consumers and the maintenance consumer. */
async function start(...providers: readonly Type[]): Promise<INestApplicationContext> {
  const databaseUrl = await createDatabase(environment().adminUrl);
  @Global()
  @Module({
    imports: [DiscoveryModule],
    providers: [
      DecoratedMethods,
      { provide: CONFIG, useValue: { databaseUrl, shutdownTimeoutMs } },
      { provide: REDIS, useValue: null },
      ShutdownState,
    ],
    exports: [DecoratedMethods, CONFIG, REDIS, ShutdownState],
  })
  class Platform {}
  @Module({ imports: [Platform, QueuesModule, QueueWorkersModule], providers: [...providers] })
  class Application {}
  const app = await NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false });
  opened.push(app);
  return app;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

async function addReceipt(app: INestApplicationContext): Promise<void> {
  const id = '018f0000-0000-7000-8000-000000000000';
  const advance = { conversationId: id, userId: id, kind: 'read', upToSeq: 1, at: new Date().toISOString() };
  // Cast: the ids have the right form.
  await app.get(QueueProducer).add('receipts', 'write-advances', { advances: [advance] } as Jobs['receipts']);
}

describe('the workers of a process', () => {
  it('do not start while a queue has no consumer, and the error names each such queue', async () => {
    await expect(start(Persistence, DeadLetters)).rejects.toThrow(
      `Queues cannot start: queue "receipts" has no consumer (a class with @Processor('receipts')).`,
    );
  });

  it('do not start while a queue has two consumers, and the error names the queue', async () => {
    await expect(start(...consumers, SecondPersistence)).rejects.toThrow('queue "persistence" has two consumers');
  });

  it('process only the jobs of their own application, even with two applications in one process', async () => {
    const apps = [await start(...consumers), await start(...consumers)];
    for (const [index, app] of apps.entries()) await app.get(QueueProducer).add('persistence', 'persist-shard', { shard: index });
    const shards = () => apps.map((app) => app.get(Persistence).shards);
    await until('both have run', () => shards().every((ran) => ran.length > 0));
    expect(shards()).toEqual([[0], [1]]);
  });

  it('abort the signal of a job that does not end, and stop in time without it', async () => {
    const app = await start(...consumers);
    await addReceipt(app);
    await until('the job runs', () => app.get(Receipts).running !== undefined);
    const { signal } = present(app.get(Receipts).running);
    const startedAt = performance.now();
    await app.close();
    expect(signal.aborted).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(shutdownTimeoutMs + 1_000);
    app.get(Receipts).finish();
  });

  it('run maintenance tasks on schedule, even after the store loses the schedules', async () => {
    const app = await start(...consumers, Counter);
    const counter = app.get(Counter);
    await until('it has run twice', () => counter.runs >= 2);
    await app.get(Queues).get('maintenance').removeJobScheduler('count');
    await app.get(MaintenanceTasks).restoreSchedules();
    const runs = counter.runs;
    await until('it has run three times more', () => counter.runs >= runs + 3);
  });

  it('do not start while two maintenance tasks have the same name', async () => {
    await expect(start(...consumers, Counter, SecondCounter)).rejects.toThrow(
      'two maintenance tasks are named "count": Counter.countRun and SecondCounter.countRun',
    );
  });

  it('are replaced when they end unexpectedly, and jobs continue', async () => {
    const app = await start(...consumers);
    const name: QueueName = 'persistence';
    const workers = app.get(QueueStore).workers;
    const first = present(workers.get(name));
    await first.pause();
    await until('a new worker has started', () => workers.get(name) !== first);
    await app.get(QueueProducer).add(name, 'persist-shard', { shard: 7 });
    await until('it has run', () => app.get(Persistence).shards.includes(7));
  });
});
