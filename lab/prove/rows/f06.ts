import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import { dieAtPoints } from './kill-points.js';
import { counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** A worker dies around each of its effects: the job that was queued, the transaction, the settling. */
export const f06: Row = {
  id: 'F06',
  title: 'kill points r2, w2, w3 (queued, inside the transaction, stored and not settled)',
  expect: 'each effect once: one row per key, counters exact',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.id });
    const turns = context.scale(1, 50);
    const [api] = stage.topology.api;
    const [first, second] = stage.topology.workers;
    const victims =
      context.mode === 'embedded'
        ? [{ node: api, points: ['r2', 'w2', 'w3'] } as const]
        : [{ node: api, points: ['r2'] } as const, { node: first, points: ['w2'] } as const, { node: second, points: ['w3'] } as const];
    const deaths = await dieAtPoints(stage, victims, turns);
    const bars = [{ name: 'deaths at the points', value: deaths, limit: turns * 3, atLeast: true }, recoveryBar(stage.recoveriesMs, 10)];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
