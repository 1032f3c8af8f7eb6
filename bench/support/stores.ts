import { join } from 'node:path';
import { choosePorts } from '../../tools/cluster/ports.js';
import { postgresService } from '../../tools/cluster/postgres.service.js';
import { redisProgram, redisService } from '../../tools/cluster/redis.service.js';
import { SupervisedProcess } from '../../tools/cluster/supervised-process.js';

const redisPassword = 'bench';
const audience = { line: () => undefined, note: () => undefined };
const running = new Set<SupervisedProcess>();

/** Postgres and Redis with the settings of the cluster's topology (fsync on both), in a folder of their own. */
export class Stores {
  private constructor(
    private readonly processes: readonly SupervisedProcess[],
    readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(folder: string): Promise<Stores> {
    const ports = await choosePorts(join(folder, 'ports.json'), ['postgres', 'redis']);
    const [postgresPort = 0, redisPort = 0] = [ports['postgres'], ports['redis']];
    const postgres = await postgresService(join(folder, 'data'), postgresPort);
    const redis = redisService({ dataDir: folder, name: 'redis', port: redisPort, password: redisPassword });
    const processes = [postgres.spec, redis].map((spec) => new SupervisedProcess(spec, audience));
    processes.forEach((process) => running.add(process));
    const stores = new Stores(processes, postgres.url, `redis://:${redisPassword}@127.0.0.1:${redisPort}`);
    try {
      await Promise.all(processes.map((process) => process.start()));
      return stores;
    } catch (error) {
      await stores.stop();
      throw error;
    }
  }

  get postgresPid(): number {
    return this.processes[0]?.pid ?? 0;
  }

  get redisPid(): number {
    return this.processes[1]?.pid ?? 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    this.processes.forEach((process) => running.delete(process));
  }
}

/** Why a cluster cannot run here; null when it can. */
export function clusterMissing(): string | null {
  try {
    redisProgram();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Ends what still runs, at once; for the last moment of a process that was interrupted. */
export function stopStoresNow(): void {
  for (const process of running) process.signal('SIGTERM');
}
