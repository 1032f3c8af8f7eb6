import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Defer, Figures, Scenario } from '../scenario.js';
import { connectPairs, parleyChat, referenceChat, sized, type ChatServer } from '../users/crowds.js';
import { clockUs } from '../generator/clock.js';
import { figuresAtMost, names } from '../report/goals.js';
import { ParleyServer } from '../servers/parley-server.js';
import { type Metered, readUse, usePer } from '../servers/process-use.js';
import { startReference } from '../servers/reference-server.js';

const sockets = 1000;
const idleSeconds = 20;
const quickSeconds = 4;
const settleMs = 3000;

/** The processor time of a server with silent users. */
export const scenario: Scenario = {
  id: 'W11',
  summary: `processor time of a server with ${sockets} silent sockets over ${idleSeconds} s (${quickSeconds} s when quick)`,
  mainFigure: 'serverPercent',
  isLessBetter: true,
  reference: names.socketio,
  roundsMax: 3,
  quickRounds: 1,
  columns: [
    { figure: 'serverPercent', title: 'server % of a core', digits: 2 },
    { figure: 'postgresPercent', title: 'postgres %', digits: 2 },
  ],
  contenders: [
    {
      name: names.socketio,
      async open(options, defer) {
        const server = await startReference('bare-socketio');
        defer(() => server.stop());
        return idle(referenceChat(server.url), [{ figure: 'serverPercent', pids: [server.pid] }], options, defer);
      },
    },
    {
      name: names.embedded,
      async open(options, defer) {
        const server = await ParleyServer.start({ profileFolder: options.profileFolder });
        defer(() => server.stop());
        const processes: Metered[] = [
          { figure: 'serverPercent', pids: [server.pid] },
          { figure: 'postgresPercent', pids: [server.postgresPid], withChildren: true },
        ];
        return idle(parleyChat(server.api, [server.url]), processes, options, defer);
      },
    },
  ],
  bar: figuresAtMost('<= 2 % of a core', { serverPercent: 2 }),
  stretchGoal: figuresAtMost('about 0 (<= 0.2 %)', { serverPercent: 0.2 }),
};

async function idle(chat: ChatServer, processes: readonly Metered[], options: BenchOptions, defer: Defer): Promise<() => Promise<Figures>> {
  await connectPairs(chat, Math.ceil(sized(options, sockets) / 2), defer);
  await sleep(settleMs);
  const seconds = options.isQuick ? quickSeconds : idleSeconds;
  return async () => {
    const [before, fromClockUs] = [readUse(processes), clockUs()];
    await sleep(seconds * 1000);
    // Microseconds per 10,000 microseconds are percent of a core.
    return { ...usePer(processes, before, seconds * 10_000), fromClockUs, untilClockUs: clockUs() };
  };
}
