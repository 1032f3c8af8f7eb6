import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '#platform/start-error.js';
import { entryFile, nodeEnvironment, nodeService } from './node.service.js';
import { choosePorts } from './ports.js';
import { postgresService } from './postgres.service.js';
import { proxyProgram, proxyService } from './proxy.service.js';
import { joinRedisCluster, redisProgram, redisService, type RedisOptions } from './redis.service.js';
import { runOnce } from './run-once.js';
import { forgetRun, noteRun, refuseSecondRun } from './run-file.js';
import { SecretFiles } from './secret-files.js';
import { SupervisedProcess, type Audience, type ProcessSpec } from './supervised-process.js';
import { nodeNames, topology } from './topology.js';

export interface ClusterOptions {
  readonly nodes: number;
  readonly workers: number;
  readonly hasRedisCluster: boolean;
  readonly hasProxy: boolean;
  /** Port of HAProxy. */
  readonly port: number;
  readonly dataDir: string;
  /** Settings of Parley for all nodes. Other variables are ignored. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The addresses of a running cluster. */
export interface ClusterAddresses {
  /** The address of HAProxy, or of the first node without HAProxy. */
  readonly url: string;
  readonly nodes: readonly { readonly name: string; readonly url: string }[];
  readonly workers: readonly { readonly name: string; readonly url: string }[];
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The file with the operator's password. */
  readonly adminPasswordFile: string;
  readonly metricsTokenFile: string;
}

type Stage = 'stores' | 'workers' | 'nodes' | 'proxy';

/** Nodes close their sockets while the proxy still forwards, workers finish the jobs of the nodes, and the stores stop last, in reverse order. */
const stopOrder: readonly Stage[] = ['nodes', 'workers', 'proxy', 'stores'];

/** A whole cluster as processes on this machine, on loopback. */
export class ProcessCluster {
  private readonly stages: Record<Stage, SupervisedProcess[]> = { stores: [], workers: [], nodes: [], proxy: [] };
  private readonly dataDir: string;
  private readonly secrets: SecretFiles;
  private ports: Readonly<Record<string, number>> = {};
  private stopping: Promise<boolean> | undefined;

  constructor(
    private readonly options: ClusterOptions,
    private readonly audience: Audience,
  ) {
    this.dataDir = resolve(options.dataDir);
    this.secrets = new SecretFiles(join(this.dataDir, 'secrets'), options.environment);
  }

  /** Starts all processes in order. Throws a `StartError` with the cause; call `stop` even then. */
  async start(): Promise<ClusterAddresses> {
    const { nodes, workers, hasProxy } = this.options;
    redisProgram();
    if (hasProxy) proxyProgram();
    this.openFolder();
    refuseSecondRun(this.runFile);
    const names = { nodes: nodeNames('api', nodes), workers: nodeNames('worker', workers) };
    const redisNames = this.redisNames();
    this.ports = await choosePorts(join(this.dataDir, 'ports.json'), [
      'postgres',
      ...redisNames.flatMap((name) => [name, `${name}-bus`]),
      ...names.nodes,
      ...names.workers,
    ]);
    const databaseUrl = await this.startPostgres();
    const redisUrl = await this.startRedis(redisNames);
    const environment = nodeEnvironment(this.options.environment, this.secrets.write({ databaseUrl, redisUrl }), hasProxy);
    await this.migrate(environment);
    await Promise.all([
      ...names.workers.map((name) => this.startNode(name, 'worker', environment)),
      ...names.nodes.map((name) => this.startNode(name, 'api', environment)),
    ]);
    if (hasProxy) await this.startProxy(names.nodes);
    return this.addresses(names, databaseUrl, redisUrl);
  }

  /** Stops all processes in order. Resolves with whether all of them ended in time and without an error. */
  stop(): Promise<boolean> {
    this.stopping ??= this.stopStages();
    return this.stopping;
  }

  /** Sends a signal to one process, which is restarted if it dies. Throws if no process has this name. */
  signal(name: string, signal: NodeJS.Signals): void {
    const found = this.all().find((process) => process.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    found.signal(signal);
  }

  /** The process id; undefined while the process does not run. */
  pidOf(name: string): number | undefined {
    return this.all().find((process) => process.name === name)?.pid;
  }

  /** Kills all processes immediately; acknowledged messages are safe. */
  kill(): void {
    for (const process of this.all()) process.signal('SIGKILL');
  }

  private async stopStages(): Promise<boolean> {
    let isClean = true;
    for (const stage of stopOrder) {
      const results = await Promise.all(this.stages[stage].map((process) => this.stopOne(process)));
      isClean &&= results.every(Boolean);
    }
    if (this.all().length > 0) forgetRun(this.runFile);
    return isClean;
  }

  private async stopOne(process: SupervisedProcess): Promise<boolean> {
    const isClean = await process.stop();
    this.audience.note(`${process.name} ${isClean ? 'stopped' : 'did not stop cleanly'}`);
    return isClean;
  }

  private openFolder(): void {
    const made = mkdirSync(this.dataDir, { recursive: true });
    // Postgres does not run as root, and its user must be able to enter the folder.
    if (made !== undefined && process.getuid?.() === 0) chmodSync(this.dataDir, 0o711);
  }

  private async startPostgres(): Promise<string> {
    const { url, spec } = await postgresService(this.dataDir, this.portOf('postgres'));
    await this.run('stores', spec);
    return url;
  }

  private redisNames(): string[] {
    const { clusterMasters } = topology.redis;
    return this.options.hasRedisCluster ? Array.from({ length: clusterMasters }, (_, index) => `redis-${index + 1}`) : ['redis'];
  }

  private async startRedis(names: readonly string[]): Promise<string> {
    const password = this.secrets.redisPassword;
    const members = names.map((name): RedisOptions => {
      const busPort = this.options.hasRedisCluster ? this.portOf(`${name}-bus`) : undefined;
      return { dataDir: this.dataDir, name, port: this.portOf(name), password, busPort };
    });
    await Promise.all(members.map((member) => this.run('stores', redisService(member))));
    if (this.options.hasRedisCluster) await joinRedisCluster(members);
    return `redis://:${password}@${members.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  private async migrate(environment: Readonly<Record<string, string>>): Promise<void> {
    const hear = (line: string): void => this.audience.line('migrate', line);
    const exitCode = await runOnce([entryFile, 'migrate'], { directory: this.dataDir, environment }, hear);
    if (exitCode !== 0) throw new StartError('the database could not be migrated; the lines of `migrate` above say why');
  }

  private startNode(name: string, role: 'api' | 'worker', environment: Readonly<Record<string, string>>): Promise<void> {
    const spec = nodeService({ dataDir: this.dataDir, name, role, port: this.portOf(name), environment });
    return this.run(role === 'api' ? 'nodes' : 'workers', spec);
  }

  private startProxy(names: readonly string[]): Promise<void> {
    const nodes = names.map((name) => ({ name, address: `127.0.0.1:${this.portOf(name)}` }));
    return this.run('proxy', proxyService(this.dataDir, this.options.port, nodes));
  }

  private async run(stage: Stage, spec: ProcessSpec): Promise<void> {
    if (this.stopping !== undefined) throw new StartError('stopped while it was starting');
    const process = new SupervisedProcess(spec, this.audience, () => this.noteRun());
    this.stages[stage].push(process);
    await process.start();
    this.audience.note(`${spec.name} is ready`);
  }

  private addresses(names: { nodes: string[]; workers: string[] }, databaseUrl: string, redisUrl: string): ClusterAddresses {
    const place = (name: string) => ({ name, url: `http://127.0.0.1:${this.portOf(name)}` });
    const nodes = names.nodes.map(place);
    const url = this.options.hasProxy ? `http://127.0.0.1:${this.options.port}` : (nodes[0]?.url ?? '');
    return {
      url,
      nodes,
      workers: names.workers.map(place),
      databaseUrl,
      redisUrl,
      adminPasswordFile: this.secrets.pathOf('ADMIN_PASSWORD'),
      metricsTokenFile: this.secrets.pathOf('METRICS_TOKEN'),
    };
  }

  private noteRun(): void {
    const running = this.all().flatMap(({ name, pid, program }) => (pid === undefined ? [] : [{ name, pid, program }]));
    noteRun(this.runFile, running);
  }

  private all(): SupervisedProcess[] {
    return Object.values(this.stages).flat();
  }

  private portOf(name: string): number {
    const port = this.ports[name];
    if (port === undefined) throw new Error(`no port was chosen for ${name}`);
    return port;
  }

  private get runFile(): string {
    return join(this.dataDir, 'running.json');
  }
}
