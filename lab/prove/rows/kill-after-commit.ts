import { Stage } from '../stage.js';
import { dieAtPoints } from './kill-points.js';
import { rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** A message is committed but not acknowledged, so the sender repeats it to the next node that answers. */
export const killAfterCommit: Row = {
  id: 'F02',
  name: 'kill-after-commit',
  title: 'SIGKILL at commit.after and ack.before (committed, not acknowledged); the client retries on the next node',
  expect: 'the retry returns the same id and seq; one row per key',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const times = context.scale(1, 25);
    const [first, second = first] = stage.topology.api;
    let deaths = 0;
    // One node dies while the other answers; then they swap.
    for (const node of new Set([first, second]))
      deaths +=
        (await dieAtPoints(stage, [{ node, points: ['commit.after'] }], times)) +
        (await dieAtPoints(stage, [{ node, points: ['ack.before'] }], context.scale(1, 5)));
    const wanted = (times + context.scale(1, 5)) * new Set([first, second]).size;
    return stage.finish([{ name: 'kills at the fault points', value: deaths, limit: wanted, atLeast: true }], async (findings) => [
      await rowsPerKeyBar(stage),
      { name: 'recovered', value: findings.recovered, limit: 1, atLeast: true },
    ]);
  },
};
