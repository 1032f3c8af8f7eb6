import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serverProgram } from '../support/paths.js';
import { ParleyProcess } from './processes/parley-process.js';
import { freePort } from '../../tools/cluster/ports.js';
import type { PostgresProcess } from './processes/postgres-process.js';
import type { RedisProcess } from './processes/redis-process.js';
import { TcpProxy } from './processes/tcp-proxy.js';
import { metricValue } from '../support/metrics.js';
import { raisedLimits } from '../support/raised-limits.js';
import type { Random } from '../support/random.js';
import { metricsOf } from './workload/api-client.js';
import { operator } from './workload/operator.js';

export type Mode = 'embedded' | 'cluster';

export interface TopologyOptions {
  readonly mode: Mode;
  readonly folder: string;
  readonly postgres: PostgresProcess;
  /** Cluster mode only. */
  readonly redis?: RedisProcess;
  readonly database: string;
  readonly random: Random;
  readonly apiNodes?: number;
  readonly workerNodes?: number;
  /** The links with a proxy of the harness in between. Other links are direct. */
  readonly proxied?: readonly Link[];
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for Node in every Parley process. */
  readonly nodeArgs?: readonly string[];
}

/** From all Parley processes to a store, from one process to a store, or from clients to a node. */
export type Link = 'postgres' | 'redis' | 'clients' | 'firstApi-redis' | 'firstWorker-redis';

const settings: Readonly<Record<string, string>> = {
  ...raisedLimits,
  NODE_ENV: 'test',
  AUTH_SECRET: 'a signing secret of the fault harness, for loopback only',
  ADMIN_USERNAME: operator.username,
  ADMIN_PASSWORD: operator.password,
};

/** The processes of a scenario. The stores outlive the scenario, the Parley nodes do not. */
export class Topology {
  readonly api: ParleyProcess[] = [];
  readonly workers: ParleyProcess[] = [];
  readonly proxies = new Map<Link, TcpProxy[]>();
  /** The addresses that clients connect to. */
  readonly urls: string[] = [];

  private constructor(readonly options: TopologyOptions) {}

  static async start(options: TopologyOptions): Promise<Topology> {
    const topology = new Topology(options);
    mkdirSync(options.folder, { recursive: true });
    await options.postgres.createDatabase(options.database);
    try {
      await topology.addNodes();
      const [first, ...others] = topology.nodes;
      // The first node migrates the database.
      await first?.start();
      await Promise.all(others.map((node) => node.start()));
      return topology;
    } catch (error) {
      await topology.stop();
      throw error;
    }
  }

  /** Every Parley process. */
  get nodes(): readonly ParleyProcess[] {
    return [...this.api, ...this.workers];
  }

  /** The nodes that process jobs. */
  get working(): readonly ParleyProcess[] {
    return this.options.mode === 'embedded' ? this.api : this.workers;
  }

  /** The proxies of a link. Throws if the link is direct. */
  link(link: Link): readonly TcpProxy[] {
    const found = this.proxies.get(link);
    if (found === undefined) throw new Error(`the link ${link} leads through no proxy`);
    return found;
  }

  query<Row extends Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.options.postgres.query<Row>(this.options.database, sql, values);
  }

  /** The number of acknowledged entries that wait to be persisted, from the first node that answers. */
  async backlog(): Promise<number | undefined> {
    return this.metric('parley_backlog_entries');
  }

  /** A metric of the first API node that answers. */
  async metric(name: string): Promise<number | undefined> {
    return metricValue(await metricsOf(this.api.map((node) => node.url)), name) ?? undefined;
  }

  /** Stops all nodes and proxies and drops the database. */
  async stop(): Promise<void> {
    for (const node of this.nodes) node.thaw();
    await Promise.all(this.nodes.map((node) => node.end().catch(() => undefined)));
    for (const proxy of [...this.proxies.values()].flat()) await proxy.close().catch(() => undefined);
    await this.options.postgres.dropDatabase(this.options.database).catch(() => undefined);
  }

  private async addNodes(): Promise<void> {
    const { mode, apiNodes, workerNodes } = this.options;
    const count = mode === 'embedded' ? 1 : (apiNodes ?? 2);
    for (let index = 0; index < count; index += 1) {
      const node = await this.node(`api-${index + 1}`, mode === 'embedded' ? 'all' : 'api');
      this.api.push(node);
      this.urls.push(await this.clientUrl(node));
    }
    const workers = mode === 'embedded' ? 0 : (workerNodes ?? 2);
    for (let index = 0; index < workers; index += 1) this.workers.push(await this.node(`worker-${index + 1}`, 'worker'));
  }

  private async node(name: string, role: 'all' | 'api' | 'worker'): Promise<ParleyProcess> {
    const { folder, env, nodeArgs } = this.options;
    const stores = await this.stores(name);
    return new ParleyProcess({
      name,
      role,
      port: await freePort(),
      folder,
      entryFile: serverProgram,
      nodeArgs,
      env: { ...settings, ...stores, ...env },
    });
  }

  private async stores(name: string): Promise<Record<string, string>> {
    const { postgres, redis, database } = this.options;
    const postgresPort = await this.through('postgres', postgres.port);
    const stores: Record<string, string> = { DATABASE_URL: postgres.url(database, postgresPort) };
    if (redis === undefined) return stores;
    const own: Link | undefined = name === 'api-1' ? 'firstApi-redis' : name === 'worker-1' ? 'firstWorker-redis' : undefined;
    const port = own !== undefined && this.isProxied(own) ? await this.through(own, redis.port) : await this.through('redis', redis.port);
    return { ...stores, REDIS_URL: redis.url(port) };
  }

  private async clientUrl(node: ParleyProcess): Promise<string> {
    return `http://127.0.0.1:${await this.through('clients', node.options.port)}`;
  }

  private isProxied(link: Link): boolean {
    return this.options.proxied?.includes(link) === true;
  }

  private async through(link: Link, port: number): Promise<number> {
    if (!this.isProxied(link)) return port;
    const proxy = await TcpProxy.open(port, this.options.random.fork(link));
    this.proxies.set(link, [...(this.proxies.get(link) ?? []), proxy]);
    return proxy.port;
  }
}

/** A folder for one scenario's files. */
export function scenarioFolder(base: string, name: string): string {
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
