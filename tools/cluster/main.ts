import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { StartError } from '#platform/start-error.js';
import { ProcessCluster, type ClusterAddresses } from './cluster.js';
import { PrefixedOutput } from './prefixed-output.js';
import { topology } from './topology.js';

interface Flags {
  nodes: number;
  workers: number;
  redisCluster?: true;
  haproxy: boolean;
  port: number;
  dataDir: string;
  run?: string;
}

const program = new Command('cluster')
  .description(
    'Starts a whole cluster as processes on this machine: Postgres, Redis, API nodes, workers, HAProxy. Listens on loopback only.',
  )
  .option('--nodes <n>', 'API nodes', parseCount, topology.api.count)
  .option('--workers <n>', 'workers', parseCount, topology.worker.count)
  .option('--redis-cluster', `a Redis Cluster of ${topology.redis.clusterMasters} masters instead of one Redis`)
  .option('--port <port>', 'port of HAProxy', parsePort, topology.proxy.port)
  .option('--data-dir <dir>', 'folder for all data', '.data/cluster')
  .option(
    '--run <command>',
    'run this command when the cluster is ready, then stop everything and exit with its code; {url} is replaced by the address',
  )
  .option('--no-haproxy', 'start no proxy and print the addresses of the nodes')
  .addHelpText('after', "\nParley's settings in the environment (LOG_LEVEL, DOCS ...) apply to every node.");

process.exitCode = await run();

async function run(): Promise<number> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2)).parse();
  const { redisCluster = false, haproxy: hasProxy, run: command, ...flags } = program.opts<Flags>();
  const output = new PrefixedOutput(process.stdout);
  const cluster = new ProcessCluster({ ...flags, hasRedisCluster: redisCluster, hasProxy, environment: process.env }, output);
  // No process is left behind, however this process exits.
  process.once('exit', () => cluster.kill());
  const asked = stopSignal(output);
  try {
    // Not awaited if a signal comes first, because stopping makes the start fail.
    const started = cluster.start();
    started.catch(() => undefined);
    const addresses = await Promise.race([started, asked]);
    let exitCode = 0;
    if (addresses !== undefined) {
      process.stdout.write(describe(addresses, flags.dataDir));
      if (command === undefined) await asked;
      else exitCode = (await Promise.race([runCommand(command, addresses), asked])) ?? 1;
    }
    return (await cluster.stop()) ? exitCode : 1;
  } catch (error) {
    await cluster.stop();
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`cluster: ${error.message}\n`);
    return error.exitCode;
  }
}

/** Runs a shell command that may log in as the operator; resolves with its exit code. */
async function runCommand(command: string, { url, adminPasswordFile }: ClusterAddresses): Promise<number> {
  const login = { ADMIN_USERNAME: topology.environment.ADMIN_USERNAME, ADMIN_PASSWORD: readFileSync(adminPasswordFile, 'utf8').trim() };
  const child = spawn(command.replaceAll('{url}', url), { shell: true, stdio: 'inherit', env: { ...process.env, ...login } });
  await once(child, 'close');
  return child.exitCode ?? 1;
}

/** Milliseconds within which a second signal is the same Ctrl-C: a package manager forwards it although the terminal has sent it already. */
const echoMs = 200;

/** Resolves at the first signal. A second signal kills all processes immediately. */
function stopSignal(output: PrefixedOutput): Promise<undefined> {
  let firstAt: number | undefined;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (firstAt === undefined) {
          firstAt = Date.now();
          output.note('stopping: nodes, workers, proxy, Redis, Postgres. A second Ctrl-C kills them');
          resolve(undefined);
        } else if (Date.now() - firstAt > echoMs) {
          process.exit(1);
        }
      });
  });
}

function describe({ url, nodes, workers, databaseUrl, redisUrl, adminPasswordFile }: ClusterAddresses, dataDir: string): string {
  const rows = [
    ['Parley', url],
    ...nodes.map((node) => [node.name, node.url]),
    ...workers.map((worker) => [worker.name, `${worker.url} (health and metrics)`]),
    ['Dashboard', `${url}/admin/queues`],
    ['Operator', `${topology.environment.ADMIN_USERNAME}, password in ${adminPasswordFile}`],
    ['Redis', withoutPassword(redisUrl)],
    ['Postgres', withoutPassword(databaseUrl)],
    ['Data', dataDir],
  ];
  const seconds = (performance.now() / 1000).toFixed(1);
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(11)}${value}\n`).join('');
  return `\n  The cluster is ready after ${seconds} s. Ctrl-C stops it.\n\n${lines}\n`;
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/([^:@]*):[^@]*@/, '//$1@').replace('//@', '//');
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 16) throw new InvalidArgumentError('must be a whole number from 1 to 16');
  return count;
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('must be a port from 1 to 65535');
  return port;
}
