import { sleep } from '../../support/wait.js';
import type { Scenario } from '../scenario.js';
import { connectPairs, parleyChat, sized } from '../users/crowds.js';
import { figuresAtMost, names } from '../report/goals.js';
import { ClosedLoop } from '../generator/closed-loop.js';
import { ParleyServer } from '../servers/parley-server.js';
import { persistedRows, readBacklog, untilBacklogEmpty } from '../servers/server-metrics.js';

const pairs = 1000;
const quickPairs = 400;
const pollMs = 500;

/** Whether persistence keeps up with senders at full speed. */
export const scenario: Scenario = {
  id: 'W5',
  summary: `${pairs} pairs (${quickPairs} when quick) at full speed: rows per second that reach the tables, and the backlog`,
  mainFigure: 'rowsPerSecond',
  columns: [
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'rowsPerSecond', title: 'rows/s', digits: 0 },
    { figure: 'backlogMax', title: 'backlog max', digits: 0 },
    { figure: 'backlogAtEnd', title: 'backlog at end', digits: 0 },
    { figure: 'oldestSecondsMax', title: 'oldest s', digits: 1 },
    { figure: 'backlogEmptyMs', title: 'empty after ms', digits: 0 },
    { figure: 'secondsOfWorkMax', title: 's of work', digits: 2 },
  ],
  contenders: [
    {
      name: names.embedded,
      async open(options, defer) {
        const server = await ParleyServer.start({ profileFolder: options.profileFolder });
        defer(() => server.stop());
        const crowd = await connectPairs(parleyChat(server.api, [server.url]), sized(options, pairs, quickPairs), defer);
        return async () => {
          const [before, startedAt] = [await persistedRows(server.url), performance.now()];
          const watch = watchBacklog(server.url);
          const load = await new ClosedLoop(crowd.senders, crowd.receivers, options).run();
          const { entries } = await readBacklog(server.url);
          const backlogEmptyMs = await untilBacklogEmpty(server.url);
          const rows = (await persistedRows(server.url)) - before;
          const rowsPerSecond = (1000 * rows) / (performance.now() - startedAt);
          const seen = await watch.end();
          const backlogMax = Math.max(entries, seen.backlogMax);
          const secondsOfWorkMax = backlogMax / rowsPerSecond;
          return { ...load, ...seen, rowsPerSecond, backlogMax, backlogAtEnd: entries, backlogEmptyMs, secondsOfWorkMax };
        };
      },
    },
  ],
  bar: figuresAtMost('backlog back to 0 within 2 s', { backlogEmptyMs: 2000 }),
  stretchGoal: figuresAtMost('never above 1 s of work', { secondsOfWorkMax: 1 }),
};

/** Polls the backlog until `end` is called. */
function watchBacklog(url: string) {
  const seen = { backlogMax: 0, oldestSecondsMax: 0 };
  let isOver = false;
  const polling = (async () => {
    while (!isOver) {
      const { entries, oldestSeconds } = await readBacklog(url);
      seen.backlogMax = Math.max(seen.backlogMax, entries);
      seen.oldestSecondsMax = Math.max(seen.oldestSecondsMax, oldestSeconds);
      await sleep(pollMs);
    }
  })();
  // It may fail before `end` awaits it.
  polling.catch(() => undefined);
  return {
    end: async () => {
      isOver = true;
      await polling;
      return seen;
    },
  };
}
