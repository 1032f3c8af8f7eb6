import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Contender, Figures, Scenario } from '../scenario.js';
import { ChatConnection } from '../support/chat-connection.js';
import { sized } from '../support/chat-users.js';
import { names, ratioAtMost } from '../support/goals.js';
import { inParallel } from '../../tools/in-parallel.js';
import { inspectorArgs, readMemory } from '../support/inspected-memory.js';
import { requireOpenFiles } from '../support/open-files.js';
import { ParleyServer } from '../support/parley-server.js';
import { startReference } from '../support/references.js';
import { type Auth, roomsOfParley, roomsOfReference } from '../support/rooms-town.js';

const sockets = 10_000;
const quickSockets = 1000;
const rooms = 20;
const settleMs = 3000;

const count = (options: BenchOptions): number => sized(options, sockets, quickSockets, 10);

function bare(program: 'bare-ws' | 'bare-socketio'): Contender {
  return {
    name: program === 'bare-ws' ? names.ws : names.socketio,
    async open(options, defer) {
      const server = await startReference(program, inspectorArgs);
      defer(() => server.stop());
      return () => perSocket(server.url, server.inspectorUrl, roomsOfReference(count(options), rooms));
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
        const auths = await roomsOfParley(server.door, count(options), rooms);
        // What making the rooms has left free in the heap would hold the sockets.
        await server.restart();
        return () => perSocket(server.url, server.inspectorUrl, auths);
      },
    },
  ],
  bar: ratioAtMost(1.3, names.socketio),
  moonshot: ratioAtMost(1.1, names.socketio),
};

async function perSocket(url: string, inspectorUrl: string | null, auths: readonly Auth[]): Promise<Figures> {
  requireOpenFiles(auths.length);
  // A first few bring in what is loaded once, whoever comes.
  const first = await inParallel(auths.slice(0, 20), (auth) => ChatConnection.connect(url, auth));
  first.forEach((connection) => connection.close());
  await sleep(settleMs);
  const before = await readMemory(inspectorUrl);
  const startedAt = performance.now();
  const connections = await inParallel(auths, (auth) => ChatConnection.connect(url, auth));
  const seconds = (performance.now() - startedAt) / 1000;
  try {
    await sleep(settleMs);
    const after = await readMemory(inspectorUrl);
    const kib = (name: 'rss' | 'heapUsed' | 'external'): number => (after[name] - before[name]) / 1024 / auths.length;
    return {
      sockets: auths.length,
      rssKib: kib('rss'),
      heapKib: kib('heapUsed'),
      externalKib: kib('external'),
      connectsPerSecond: auths.length / seconds,
    };
  } finally {
    connections.forEach((connection) => connection.close());
  }
}
