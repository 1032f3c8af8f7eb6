import { Logger } from '@nestjs/common';
import { Queue, type RedisQueueBackend, Worker } from 'bullmq';
import { OutageLog } from '#platform/logging/outage-log.js';
import type { RedisConnections } from '#platform/redis/redis-connections.js';
import { type RedisClient, redisTimes } from '#platform/redis/redis-client.js';
import { type Jobs, queueNames, type QueueName } from '../job-types.js';
import { queueSettings } from '../queue-settings.js';
import { backoffFor, jobOptionsOf, workerOptionsOf } from './bullmq-options.js';
import { type JobProcessor, type JobQueue, type JobWorker, QueueStore } from './queue-store.js';

/** One hash tag for all keys: BullMQ's scripts touch several keys of a queue, and a Redis Cluster wants them in one place. */
const prefix = '{parley}';
/** Events are BullMQ's own log, which Parley does not read. */
const eventsMax = 1_000;

type RedisQueue<N extends QueueName> = Queue<Jobs[N], void, string, Jobs[N], void, string>;
type Queues = { readonly [N in QueueName]: RedisQueue<N> };

/** Jobs in Redis. Adding fails at once while Redis is away; workers wait for it. */
export class RedisQueueStore extends QueueStore {
  private readonly outage = new OutageLog(new Logger('Queues'), 'the store of the queues has trouble; work goes on when it is back');
  private readonly queues: Queues;

  constructor(private readonly connections: RedisConnections) {
    super();
    const { commands } = connections;
    this.queues = {
      persistence: openQueue('persistence', commands),
      receipts: openQueue('receipts', commands),
      'dead-letters': openQueue('dead-letters', commands),
      maintenance: openQueue('maintenance', commands),
    };
    for (const name of queueNames) this.queues[name].on('error', (err: Error) => this.outage.report(err));
  }

  queue<N extends QueueName>(name: N): JobQueue<N> {
    return this.queues[name];
  }

  /**
   * Each worker has a link of its own that is asked each second whether it lives: one that swallows bytes is cut and made
   * anew, and the worker goes on with that.
   */
  openWorker<N extends QueueName>(name: N, process: JobProcessor<N>): JobWorker {
    const link = this.connections.open('worker', `parley-worker-${name}`);
    const worker = new Worker<Jobs[N], void, string, RedisQueueBackend, number>(name, process, {
      ...workerOptionsOf(name),
      connection: link.client,
      prefix,
      settings: { backoffStrategy: backoffFor(queueSettings[name]) },
    });
    worker.on('error', (err) => this.outage.report(err));
    if (worker.maximumBlockTimeout * 1000 >= redisTimes.workerCommand)
      throw new Error('workers of BullMQ block for longer than their link lets them');
    return {
      run: () => worker.run(),
      pause: (doNotWaitActive) => worker.pause(doNotWaitActive),
      cancelAllJobs: (reason) => worker.cancelAllJobs(reason),
      close: async (force) => {
        await worker.close(force);
        link.close();
      },
    };
  }

  ping(): Promise<void> {
    return this.connections.ping();
  }

  async close(): Promise<void> {
    this.outage.mute();
    await Promise.allSettled(queueNames.map((name) => this.queues[name].close()));
  }
}

function openQueue<N extends QueueName>(name: N, connection: RedisClient): RedisQueue<N> {
  return new Queue<Jobs[N], void, string, Jobs[N], void, string>(name, {
    connection,
    prefix,
    defaultJobOptions: jobOptionsOf(name),
    streams: { events: { maxLen: eventsMax } },
  });
}
