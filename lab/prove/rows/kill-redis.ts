import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import type { Row } from './row.js';

/** Redis is killed and restarted. */
export const killRedis: Row = {
  id: 'F08',
  name: 'kill-redis',
  title: 'Redis SIGKILL and restart, appendfsync everysec',
  expect: 'jobs and messages flow <= 5 s',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, appendfsync: 'everysec' });
    for (let kill = 0; kill < context.scale(2, 10); kill += 1) {
      await stage.strike(async () => {
        await stage.redis?.kill();
        stage.kills += 1;
        await stage.redis?.start();
      });
      await stage.calm(context.random.integer(500, 2000));
    }
    return stage.finish([recoveryBar(stage.recoveriesMs, 5)]);
  },
};
