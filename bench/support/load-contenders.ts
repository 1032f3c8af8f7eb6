import { metricValue, readMetrics, waitUntilPersisted } from '../../tools/replay/persistence.js';
import { processorSeconds } from '../../tools/simulate/process-meter.js';
import type { BenchOptions, Contender, Defer, Figures } from '../scenario.js';
import { type Crowd, parleyTown, referenceTown, type Town } from './chat-users.js';
import { names } from './goals.js';
import { ClosedLoop } from './load.js';
import { ParleyServer } from './parley-server.js';
import { startReference } from './references.js';

/** Connects the users of a scenario, the same for all contenders. */
type Gather = (town: Town, options: BenchOptions, defer: Defer) => Promise<Crowd>;

const drainWaitMs = 120_000;

/** A bare server under the closed loop. */
export function bareContender(program: 'bare-ws' | 'bare-socketio', gather: Gather): Contender {
  return {
    name: program === 'bare-ws' ? names.ws : names.socketio,
    async open(options, defer) {
      const server = await startReference(program);
      defer(() => server.stop());
      const crowd = await gather(referenceTown(server.url), options, defer);
      return () => loadRound(crowd, options, server.pid);
    },
  };
}

/** Parley as a user starts it under the closed loop. After each round it waits until its backlog is empty, so that the next has the machine. */
export function embeddedContender(gather: Gather): Contender {
  return {
    name: names.embedded,
    async open(options, defer) {
      const server = await ParleyServer.start({ profileFolder: options.profileFolder });
      defer(() => server.stop());
      const crowd = await gather(parleyTown(server.door, [server.url]), options, defer);
      return async () => {
        const before = await persistedRows(server.url);
        const figures = await loadRound(crowd, options, server.pid);
        const backlog = await waitUntilPersisted(server.url, null, drainWaitMs);
        const rows = (await persistedRows(server.url)) - before;
        const totalSeconds = ((figures['loadMs'] ?? 0) + backlog.waitedMs) / 1000;
        return { ...figures, rows, rowsPerSecond: rows / totalSeconds, backlogEmptyMs: backlog.entries === 0 ? backlog.waitedMs : null };
      };
    },
  };
}

async function loadRound({ senders, receivers }: Crowd, options: BenchOptions, pid: number): Promise<Figures> {
  const before = processorSecondsOf(pid);
  const figures = await new ClosedLoop(senders, receivers, options).run();
  const used = processorSecondsOf(pid) - before;
  return { ...figures, serverUsPerSend: used > 0 ? (used * 1e6) / figures.sent : null };
}

/** Zero where the system does not tell. */
function processorSecondsOf(pid: number): number {
  return process.platform === 'linux' ? processorSeconds(pid) : 0;
}

async function persistedRows(url: string): Promise<number> {
  const exposition = await readMetrics(url);
  return exposition === null ? NaN : (metricValue(exposition, 'parley_persist_rows_total') ?? NaN);
}
