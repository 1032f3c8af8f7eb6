import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import type { Row } from './row.js';

/** Random API nodes are killed repeatedly. */
export const killApiNode: Row = {
  id: 'F01',
  name: 'kill-api-node',
  title: 'SIGKILL a random API node, 3 s apart, restarted',
  expect: 'recovered <= 10 s each',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    for (let kill = 0; kill < context.scale(2, 20); kill += 1) {
      const node = context.random.pick(stage.topology.api);
      const recovery = await stage.strike(async () => {
        await node.kill();
        stage.kills += 1;
        await node.start();
      });
      await stage.calm(Math.max(0, 3000 - recovery));
    }
    return stage.finish([recoveryBar(stage.recoveriesMs, 10)]);
  },
};
