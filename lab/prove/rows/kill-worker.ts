import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { BacklogWatch, counterBars } from './measures.js';
import type { Row } from './row.js';

/** Random workers are killed repeatedly; the other worker and the sweep take over their jobs. */
export const killWorker: Row = {
  id: 'F05',
  name: 'kill-worker',
  title: 'SIGKILL a random worker, restarted',
  expect: 'backlog drained <= 30 s (lock 10 s, check 5 s)',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const backlog = new BacklogWatch(stage);
    for (let kill = 0; kill < context.scale(2, 20); kill += 1) {
      const node = context.random.pick(stage.topology.workers);
      await node.kill();
      stage.kills += 1;
      await stage.calm(context.random.integer(200, 2000));
      await node.start();
    }
    await stage.calm(3000);
    return stage.finish([backlog.stop(30)], async () => [
      { name: 'drained after the load', value: seconds(stage.drainedInMs), unit: 's', limit: 30 },
      ...(await counterBars(stage)),
    ]);
  },
};
