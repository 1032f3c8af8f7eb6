import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import type { Row } from './row.js';

/** Redis is replaced, and the old connections die without notice to the nodes. */
export const halfOpenRedisConnections: Row = {
  id: 'F21',
  name: 'half-open-redis-connections',
  title: 'DROP while Redis is replaced (half-open connections)',
  expect: '<= 10 s',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, proxied: ['redis'] });
    for (let turn = 0; turn < context.scale(1, 5); turn += 1) {
      await stage.strike(async () => {
        for (const proxy of stage.topology.link('redis')) proxy.abandon();
        await stage.redis?.kill();
        stage.kills += 1;
        await stage.redis?.start();
      });
      await stage.calm(1000);
    }
    return stage.finish([recoveryBar(stage.recoveriesMs, 10)]);
  },
};
