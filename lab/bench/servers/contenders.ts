import { ClosedLoop } from '../generator/closed-loop.js';
import { names } from '../report/goals.js';
import type { BenchOptions, Contender, Defer, Figures } from '../scenario.js';
import { type ChatServer, type Crowd, parleyChat, referenceChat } from '../users/crowds.js';
import { ParleyCluster } from './parley-cluster.js';
import { ParleyServer } from './parley-server.js';
import { type Metered, readUse, usePer } from './process-use.js';
import { startReference } from './reference-server.js';
import { persistedRows, untilBacklogEmpty, untilSearchable } from './server-metrics.js';
import { clusterMissing } from './stores.js';

/** Connects the users of a scenario, the same way for all contenders. */
export type ConnectUsers = (chat: ChatServer, options: BenchOptions, defer: Defer) => Promise<Crowd>;
/** Puts the connected users under load and returns what they measured. */
export type Load = (crowd: Crowd, options: BenchOptions) => Promise<Figures & { readonly sent: number }>;

/** Every send awaits its ack. */
export const closedLoop: Load = async ({ senders, receivers }, options) => ({
  ...(await new ClosedLoop(senders, receivers, options).run()),
});

/** A bare server under load. */
export function bareContender(program: 'bare-ws' | 'bare-socketio', connectUsers: ConnectUsers, load: Load = closedLoop): Contender {
  return {
    name: program === 'bare-ws' ? names.ws : names.socketio,
    async open(options, defer) {
      const server = await startReference(program);
      defer(() => server.stop());
      const crowd = await connectUsers(referenceChat(server.url), options, defer);
      return () => metered([{ figure: 'serverUsPerSend', pids: [server.pid] }], () => load(crowd, options));
    },
  };
}

/**
 * Parley as a user starts it, under load. Each round waits until the backlog is empty and search is up to date, so that the next
 * contender has the machine to itself. The processor time of that work counts for the sends.
 */
export function embeddedContender(connectUsers: ConnectUsers, load: Load = closedLoop): Contender {
  return {
    name: names.embedded,
    async open(options, defer) {
      const server = await ParleyServer.start({ profileFolder: options.profileFolder });
      defer(() => server.stop());
      const crowd = await connectUsers(parleyChat(server.api, [server.url]), options, defer);
      const processes: Metered[] = [
        { figure: 'serverUsPerSend', pids: [server.pid] },
        { figure: 'postgresUsPerSend', pids: [server.postgresPid], withChildren: true },
      ];
      return () => metered(processes, () => untilStored(server.url, [server.url], () => load(crowd, options)));
    },
  };
}

/** Parley in cluster mode, under load. */
export function clusterContender(name: string, nodes: number, connectUsers: ConnectUsers, load: Load = closedLoop): Contender {
  return {
    name,
    missing: clusterMissing,
    async open(options, defer) {
      const cluster = await ParleyCluster.start({ nodes, workers: 1, profileFolder: options.profileFolder });
      defer(() => cluster.stop());
      const crowd = await connectUsers(parleyChat(cluster.api, cluster.urls), options, defer);
      const processes: Metered[] = [
        { figure: 'serverUsPerSend', pids: cluster.nodes.map(({ pid }) => pid) },
        { figure: 'workerUsPerSend', pids: cluster.workers.map(({ pid }) => pid) },
        { figure: 'redisUsPerSend', pids: [cluster.stores.redisPid] },
        { figure: 'postgresUsPerSend', pids: [cluster.stores.postgresPid], withChildren: true },
      ];
      const workers = cluster.workers.map(({ url }) => url);
      return () => metered(processes, () => untilStored(cluster.urls[0] ?? '', workers, () => load(crowd, options)));
    },
  };
}

async function untilStored<T extends Figures>(url: string, persisters: readonly string[], work: () => Promise<T>) {
  const countRows = async (): Promise<number> => (await Promise.all(persisters.map(persistedRows))).reduce((sum, rows) => sum + rows, 0);
  const [before, startedAt] = [await countRows(), performance.now()];
  const figures = await work();
  const backlogEmptyMs = await untilBacklogEmpty(url);
  const rows = (await countRows()) - before;
  const rowsPerSecond = (1000 * rows) / (performance.now() - startedAt);
  await Promise.all(persisters.map(untilSearchable));
  return { ...figures, rows, rowsPerSecond, backlogEmptyMs };
}

/** Adds the processor time of each process per send to the figures of a load. */
export async function metered(processes: readonly Metered[], work: () => Promise<Figures & { readonly sent: number }>): Promise<Figures> {
  const before = readUse(processes);
  const figures = await work();
  return { ...figures, ...usePer(processes, before, Math.max(1, figures.sent)) };
}
