import type { Log } from '../logging/log.js';
import { StartError } from '../start-error.js';
import { errorMessage } from '../errors/error-facts.js';
import { RedisBus } from './redis-bus.js';
import { RedisConnections, type RedisOptions } from './redis-connections.js';

/** Injects the `SharedRedis` of cluster mode, or null in embedded mode. */
export const REDIS = Symbol('redis');

/** The shared state of a cluster's nodes on Redis. */
export interface SharedRedis {
  readonly connections: RedisConnections;
  readonly bus: RedisBus;
}

/** Connects, checks durability and subscribes. Throws a `StartError` that says what to change. */
export async function openSharedRedis(options: RedisOptions & { readonly isListening: boolean }, log: Log): Promise<SharedRedis> {
  const connections = await RedisConnections.connect(options, log);
  try {
    return { connections, bus: await RedisBus.open(connections, options.isListening) };
  } catch (error) {
    connections.close();
    throw new StartError(`Redis cannot be subscribed to: ${errorMessage(error)}`, 1, { cause: error });
  }
}

/** Closes what `openSharedRedis` opened. Call it last, after the application is closed. */
export async function closeSharedRedis({ connections, bus }: SharedRedis): Promise<void> {
  await bus.close();
  connections.close();
}
