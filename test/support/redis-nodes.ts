import { createLog } from '#platform/logging/log.js';
import { RedisConnections } from '#platform/redis/redis-connections.js';
import { present } from './present.js';
import { type RedisServer, startRedis } from './redis.js';

/** A Redis for one test file, and the nodes connected to it. */
export interface RedisNodes {
  readonly server: () => RedisServer;
  /** The connections of the first node. */
  readonly first: () => RedisConnections;
  /** The connections of another node; closed after the file. */
  readonly another: () => Promise<RedisConnections>;
}

/** Starts a Redis for the tests of this file. */
export function redisNodes(): RedisNodes {
  let server: RedisServer | undefined;
  const opened: RedisConnections[] = [];
  const another = async (): Promise<RedisConnections> => {
    const options = { url: present(server).url, isDurabilityChecked: true };
    const connections = await RedisConnections.connect(options, createLog({ level: 'fatal' }));
    opened.push(connections);
    return connections;
  };
  beforeAll(async () => {
    server = await startRedis();
    await another();
  });
  afterAll(async () => {
    for (const connections of opened) connections.close();
    await server?.stop();
  });
  return { server: () => present(server), first: () => present(opened[0]), another };
}
