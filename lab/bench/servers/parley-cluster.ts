import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { topology } from '../../../tools/cluster/topology.js';
import { parleyProgram } from './another-build.js';
import { ServerProcess } from './server-process.js';
import { ParleyApi } from '../users/parley-api.js';
import { makeFolder, profileArgs, removeFolder, benchSettings } from './parley-server.js';
import { Stores } from './stores.js';

/** The size of the cluster and what differs from the defaults. */
export interface ClusterSettings {
  readonly nodes: number;
  readonly workers: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly profileFolder?: string | null;
}

const authSecret = 'a secret that is valid only for this benchmark';

/** Parley in cluster mode on one machine: API nodes, workers, a Redis that syncs each write, and Postgres. */
export class ParleyCluster {
  readonly nodes: ServerProcess[] = [];
  readonly workers: ServerProcess[] = [];
  private started = 0;
  /** Workers may be started later, when another contender's build is the current one. */
  private readonly program = parleyProgram();

  private constructor(
    readonly stores: Stores,
    private readonly folder: string,
    private readonly settings: ClusterSettings,
  ) {}

  static async start(settings: ClusterSettings): Promise<ParleyCluster> {
    const folder = await makeFolder();
    let cluster: ParleyCluster | undefined;
    try {
      cluster = new ParleyCluster(await Stores.start(folder), folder, settings);
      // One at a time, because the first node migrates the database.
      for (let count = 0; count < settings.nodes; count += 1) cluster.nodes.push(await cluster.startProcess('api'));
      for (let count = 0; count < settings.workers; count += 1) await cluster.startWorker();
      return cluster;
    } catch (error) {
      if (cluster === undefined) await removeFolder(folder);
      else await cluster.stop();
      throw error;
    }
  }

  get api(): ParleyApi {
    return new ParleyApi(this.urls[0] ?? '');
  }

  get urls(): string[] {
    return this.nodes.map(({ url }) => url);
  }

  async startWorker(): Promise<ServerProcess> {
    const worker = await this.startProcess('worker');
    this.workers.push(worker);
    return worker;
  }

  /** Stops the workers. Acknowledged messages stay in the log. */
  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.stopWorkers();
    await this.stores.stop();
    await removeFolder(this.folder);
  }

  private async startProcess(role: 'api' | 'worker'): Promise<ServerProcess> {
    const { databaseUrl, redisUrl } = this.stores;
    this.started += 1;
    const folder = join(this.folder, `${role}-${this.started}`);
    await mkdir(folder);
    const environment = {
      ...benchSettings,
      ...this.settings.environment,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      AUTH_SECRET: authSecret,
      ROLE: role,
    };
    const nodeArgs = [...topology.nodeFlags, ...(await profileArgs(this.settings.profileFolder ?? null))];
    return ServerProcess.start(this.program, { args: ['--port', '0', '--data-dir', folder], folder, environment, nodeArgs });
  }
}
