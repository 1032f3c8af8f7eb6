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
    const times = context.scale(1, 25);
    const [first, second = first] = stage.topology.api;
    let deaths = 0;
    // One node dies, the other one answers; then the other way round.
    for (const node of new Set([first, second]))
      deaths +=
        (await dieAtPoints(stage, [{ node, points: ['a3'] }], times)) +
        (await dieAtPoints(stage, [{ node, points: ['a4'] }], context.scale(1, 5)));
    const wanted = (times + context.scale(1, 5)) * new Set([first, second]).size;
    return stage.finish([{ name: 'deaths at the points', value: deaths, limit: wanted, atLeast: true }], async (findings) => [
      await rowsPerKeyBar(stage),
      { name: 'recovered', value: findings.recovered, limit: 1, atLeast: true },
    ]);
  },
};
