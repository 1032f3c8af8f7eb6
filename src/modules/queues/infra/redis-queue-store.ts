import { type BackendFactory, createRedisBackend, type IQueueBackend } from 'bullmq';
import { redisTimes } from '#platform/redis/redis-client.js';
import type { RedisConnections } from '#platform/redis/redis-connections.js';
import { QueueStore } from './queue-store.js';

type BackendArguments = Parameters<BackendFactory<IQueueBackend, QueueStore>>;

/** Jobs in Redis. Adding fails at once while Redis is away; workers wait for it. */
export class RedisQueueStore extends QueueStore {
  constructor(
    private readonly connections: RedisConnections,
    workerCloseTimeoutMs: number,
  ) {
    super(workerCloseTimeoutMs);
  }

  createBackend(...[name, options, use]: BackendArguments): IQueueBackend {
    if (use?.withBlockingConnection === true) return this.createWorkerBackend(name, options, use);
    return createRedisBackend(name, { ...options, connection: this.connections.commands }, use);
  }

  ping(): Promise<void> {
    return this.connections.ping();
  }

  /** The connections belong to the process, which closes them last. */
  protected disconnect(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Each worker has a link of its own, because its commands block. The link is probed all the time: one that swallows bytes is cut and
   * reconnected, and the worker goes on with it.
   */
  private createWorkerBackend(...[name, options, use]: BackendArguments): IQueueBackend {
    const link = this.connections.openLink('worker', `parley-worker-${name}`);
    const backend = createRedisBackend(name, { ...options, connection: link.client }, use);
    if ((backend.maximumBlockTimeout ?? Infinity) * 1000 >= redisTimes.workerCommand)
      throw new Error('workers of BullMQ block for longer than their link lets them');
    const closeBackend = backend.close.bind(backend);
    backend.close = async (force) => {
      await closeBackend(force).finally(() => link.close());
    };
    return backend;
  }
}
