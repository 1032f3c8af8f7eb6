import { Stage } from '../stage.js';
import { dieAtPoints } from './kill-points.js';
import { rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** The message is committed, the sender never hears of it, and says it again to whoever answers next. */
export const f02: Row = {
  id: 'F02',
  title: 'kill points a3 and a4 (committed, not acknowledged), client retries on the next node',
  expect: 'the same id and seq returned; one row per key',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.id });
    const turns = context.scale(1, 25);
    const [first, second] = stage.topology.api;
    // One node dies, the other one answers; then the other way round.
    const deaths =
      (await dieAtPoints(stage, [{ node: first, points: ['a3', 'a4'] }], turns)) +
      (await dieAtPoints(stage, [{ node: second ?? first, points: ['a3', 'a4'] }], turns));
    return stage.finish([{ name: 'deaths at the points', value: deaths, limit: turns * 4, atLeast: true }], async (findings) => [
      await rowsPerKeyBar(stage),
      { name: 'recovered', value: findings.recovered, limit: 1, atLeast: true },
    ]);
  },
};
