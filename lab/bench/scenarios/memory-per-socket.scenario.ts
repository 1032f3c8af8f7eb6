import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Contender, Figures, Scenario } from '../scenario.js';
import { ChatConnection } from '../generator/chat-connection.js';
import { sized } from '../users/crowds.js';
import { ejabberdRoomMembers } from '../ejabberd/ejabberd-crowds.js';
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
/** With 10,000 sockets, ejabberd had not finished joining the rooms after 13 minutes. */
const ejabberdSocketsMax = 1000;
const rooms = 20;
const settleMs = 3000;

/** Connects one user to all its rooms. */
type Connect = () => Promise<LoadConnection>;

const count = (options: BenchOptions): number => sized(options, sockets, quickSockets, 10);
const connectsTo = (url: string, auths: readonly Auth[]): Connect[] => auths.map((auth) => () => ChatConnection.connect(url, auth));

function bare(program: 'bare-ws' | 'bare-socketio'): Contender {
  return {
    name: program === 'bare-ws' ? names.ws : names.socketio,
    async open(options, defer) {
      const server = await startReference(program, inspectorArgs);
      defer(() => server.stop());
      return () => perSocket(connectsTo(server.url, referenceRoomMembers(count(options), rooms)), () => readMemory(server.inspectorUrl));
    },
  };
}

/** The memory of a silent connected user. */
export const scenario: Scenario = {
  id: 'W4',
  summary: `memory per idle authenticated socket in ${rooms} rooms of 100; ${sockets} sockets (${quickSockets} when quick)`,
  mainFigure: 'rssKib',
  isLessBetter: true,
  reference: names.socketio,
  beside: [names.ejabberd],
  // A process does not return all memory to the system, so further rounds would measure less than the first.
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
        // Creating the rooms leaves free space in the heap that would hold the sockets.
        await server.restart();
        return () => perSocket(connectsTo(server.url, auths), () => readMemory(server.inspectorUrl));
      },
    },
    {
      name: names.ejabberd,
      missing: ejabberdMissing,
      async open(options, defer) {
        const server = await EjabberdServer.start(defer);
        const connects = await ejabberdRoomMembers(server, Math.min(ejabberdSocketsMax, count(options)), rooms);
        return () => perSocket(connects, async () => ({ rss: await server.residentBytes() }));
      },
    },
  ],
  bar: ratioAtMost(1.3, names.socketio),
  stretchGoal: ratioAtMost(1.1, names.socketio),
};

async function perSocket(connects: readonly Connect[], readUsage: () => Promise<Partial<MemoryUsage>>): Promise<Figures> {
  requireOpenFiles(connects.length);
  // The first few load code that every further socket shares.
  const first = await inParallel(connects.slice(0, 20), (connect) => connect());
  first.forEach((connection) => connection.close());
  await sleep(settleMs);
  const before = await readUsage();
  const startedAt = performance.now();
  const connections = await inParallel(connects, (connect) => connect());
  const seconds = (performance.now() - startedAt) / 1000;
  try {
    await sleep(settleMs);
    const after = await readUsage();
    const kib = (name: keyof MemoryUsage): number | null => {
      const [from, to] = [before[name], after[name]];
      return from === undefined || to === undefined ? null : (to - from) / 1024 / connects.length;
    };
    return {
      sockets: connects.length,
      rssKib: kib('rss'),
      heapKib: kib('heapUsed'),
      externalKib: kib('external'),
      connectsPerSecond: connects.length / seconds,
    };
  } finally {
    connections.forEach((connection) => connection.close());
  }
}
