import { join } from 'node:path';
import { choosePorts } from '../../../tools/cluster/ports.js';
import { postgresService } from '../../../tools/cluster/postgres.service.js';
import { redisProgram, redisService } from '../../../tools/cluster/redis.service.js';
import { SupervisedGroup } from './supervised-group.js';
import { errorMessage } from '../../support/error-message.js';

const redisPassword = 'bench';

/** Postgres and Redis with the settings of the cluster's topology (fsync on both). */
export class Stores {
  private constructor(
    private readonly group: SupervisedGroup,
    readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(folder: string): Promise<Stores> {
    const ports = await choosePorts(join(folder, 'ports.json'), ['postgres', 'redis']);
    const [postgresPort = 0, redisPort = 0] = [ports['postgres'], ports['redis']];
    const postgres = await postgresService(join(folder, 'data'), postgresPort);
    const redis = redisService({ dataDir: folder, name: 'redis', port: redisPort, password: redisPassword });
    const group = await SupervisedGroup.start([postgres.spec, redis]);
    return new Stores(group, postgres.url, `redis://:${redisPassword}@127.0.0.1:${redisPort}`);
  }

  get postgresPid(): number {
    return this.group.pid('postgres');
  }

  get redisPid(): number {
    return this.group.pid('redis');
  }

  async stop(): Promise<void> {
    await this.group.stop();
  }
}

/** The reason why a cluster cannot run here; null if it can. */
export function clusterMissing(): string | null {
  try {
    redisProgram();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}
