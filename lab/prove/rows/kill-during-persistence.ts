import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import { dieAtPoints } from './kill-points.js';
import { counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** A process dies around each effect of persistence: enqueueing the job, the transaction, settling the log. */
export const killDuringPersistence: Row = {
  id: 'F06',
  name: 'kill-during-persistence',
  title: 'SIGKILL at queue.after, persist.inside and settle.before (enqueued; inside the transaction; stored, not settled)',
  expect: 'each effect once: one row per key, counters exact',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const turns = context.scale(1, 50);
    const [api] = stage.topology.api;
    const [first, second] = stage.topology.workers;
    const victims =
      context.mode === 'embedded'
        ? ([{ node: api, points: ['queue.after', 'persist.inside', 'settle.before'] }] as const)
        : ([
            { node: api, points: ['queue.after'] },
            { node: first, points: ['persist.inside'] },
            { node: second, points: ['settle.before'] },
          ] as const);
    const deaths = await dieAtPoints(stage, victims, turns);
    const bars = [
      { name: 'kills at the fault points', value: deaths, limit: turns * 3, atLeast: true },
      recoveryBar(stage.recoveriesMs, 10),
    ];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
