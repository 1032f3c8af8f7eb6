import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Contender, Figures, Scenario } from '../scenario.js';
import { ChatConnection } from '../generator/chat-connection.js';
import { sized } from '../users/crowds.js';
import { ejabberdVisits } from '../ejabberd/ejabberd-crowds.js';
import { ejabberdMissing } from '../ejabberd/ejabberd-package.js';
import { EjabberdServer } from '../ejabberd/ejabberd-server.js';
import { names, ratioAtMost } from '../report/goals.js';
import { inParallel } from '../../support/in-parallel.js';
import { inspectorArgs, type MemoryUsage, readMemory } from '../servers/inspected-memory.js';
import type { LoadConnection } from '../generator/load-connection.js';
import { requireOpenFiles } from '../generator/open-files.js';
import { ParleyServer } from '../servers/parley-server.js';
import { startReference } from '../servers/reference-server.js';
import type { Auth } from '../users/crowds.js';
import { parleyRoomMembers, referenceRoomMembers } from '../users/room-members.js';

const sockets = 10_000;
const quickSockets = 1000;
/** Of 10,000, ejabberd did not have all in their rooms after 13 minutes. */
const ejabberdSocketsMax = 1000;
const rooms = 20;
const settleMs = 3000;

/** Connects one user, in all its rooms. */
type Visit = () => Promise<LoadConnection>;

const count = (options: BenchOptions): number => sized(options, sockets, quickSockets, 10);
const visitsOf = (url: string, auths: readonly Auth[]): Visit[] => auths.map((auth) => () => ChatConnection.connect(url, auth));

function bare(program: 'bare-ws' | 'bare-socketio'): Contender {
  return {
    name: program === 'bare-ws' ? names.ws : names.socketio,
    async open(options, defer) {
      const server = await startReference(program, inspectorArgs);
      defer(() => server.stop());
      return () => perSocket(visitsOf(server.url, referenceRoomMembers(count(options), rooms)), () => readMemory(server.inspectorUrl));
    },
  };
}

/** What a connected user costs who says nothing. */
export const scenario: Scenario = {
  id: 'W4',
  summary: `memory per idle authenticated socket in ${rooms} rooms of 100; ${sockets} sockets (${quickSockets} when quick)`,
  mainFigure: 'rssKib',
  isLessBetter: true,
  reference: names.socketio,
  beside: [names.ejabberd],
  // A process that was large once does not give all of it back: further rounds would measure less than the first.
  roundsMax: 1,
  columns: [
    { figure: 'sockets', title: 'sockets', digits: 0 },
    { figure: 'rssKib', title: 'RSS KiB/socket', digits: 1 },
    { figure: 'heapKib', title: 'heap KiB/socket', digits: 1 },
    { figure: 'externalKib', title: 'external KiB/socket', digits: 1 },
    { figure: 'connectsPerSecond', title: 'connects/s', digits: 0 },
  ],
  contenders: [
    bare('bare-ws'),
    bare('bare-socketio'),
    {
      name: names.embedded,
      async open(options, defer) {
        const server = await ParleyServer.start({ nodeArgs: inspectorArgs });
        defer(() => server.stop());
        const auths = await parleyRoomMembers(server.api, count(options), rooms);
        // What making the rooms has left free in the heap would hold the sockets.
        await server.restart();
        return () => perSocket(visitsOf(server.url, auths), () => readMemory(server.inspectorUrl));
      },
    },
    {
      name: names.ejabberd,
      missing: ejabberdMissing,
      async open(options, defer) {
        const server = await EjabberdServer.start(defer);
        const visits = await ejabberdVisits(server, Math.min(ejabberdSocketsMax, count(options)), rooms);
        return () => perSocket(visits, async () => ({ rss: await server.residentBytes() }));
      },
    },
  ],
  bar: ratioAtMost(1.3, names.socketio),
  stretchGoal: ratioAtMost(1.1, names.socketio),
};

async function perSocket(visits: readonly Visit[], readUsage: () => Promise<Partial<MemoryUsage>>): Promise<Figures> {
  requireOpenFiles(visits.length);
  // A first few bring in what is loaded once, whoever comes.
  const first = await inParallel(visits.slice(0, 20), (visit) => visit());
  first.forEach((connection) => connection.close());
  await sleep(settleMs);
  const before = await readUsage();
  const startedAt = performance.now();
  const connections = await inParallel(visits, (visit) => visit());
  const seconds = (performance.now() - startedAt) / 1000;
  try {
    await sleep(settleMs);
    const after = await readUsage();
    const kib = (name: keyof MemoryUsage): number | null => {
      const [from, to] = [before[name], after[name]];
      return from === undefined || to === undefined ? null : (to - from) / 1024 / visits.length;
    };
    return {
      sockets: visits.length,
      rssKib: kib('rss'),
      heapKib: kib('heapUsed'),
      externalKib: kib('external'),
      connectsPerSecond: visits.length / seconds,
    };
  } finally {
    connections.forEach((connection) => connection.close());
  }
}
