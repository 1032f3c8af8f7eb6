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
    const turns = context.scale(2, 50);
    const { api, working } = stage.topology;
    const deaths = (await dieAtPoints(stage, api, ['r2'], turns)) + (await dieAtPoints(stage, working, ['w2', 'w3'], turns));
    const bars = [{ name: 'deaths at the points', value: deaths, limit: turns * 3, atLeast: true }, recoveryBar(stage.recoveriesMs, 10)];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
