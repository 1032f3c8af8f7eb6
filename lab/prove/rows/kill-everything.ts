import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import type { Row } from './row.js';

/** A power failure ends all processes at the same time. */
export const killEverything: Row = {
  id: 'F13',
  name: 'kill-everything',
  title: 'all processes SIGKILLed at the same time, Redis cut back to its last finished fsync',
  expect: 'all up <= 30 s without manual steps',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const { topology, redis } = stage;
    const { postgres } = context.environment;
    for (let turn = 0; turn < context.scale(1, 3); turn += 1) {
      await stage.strike(async () => {
        await Promise.all([...topology.nodes.map((node) => node.kill()), postgres.kill(), redis?.loseUnsynced()]);
        stage.kills += topology.nodes.length + 1 + (redis === undefined ? 0 : 1);
        // A supervisor starts everything at once, in no order.
        await Promise.all([postgres.start(), redis?.start(), ...topology.nodes.map((node) => node.startSupervised(30_000))]);
      });
      await stage.calm(1000);
    }
    return stage.finish([recoveryBar(stage.recoveriesMs, 30)]);
  },
};
