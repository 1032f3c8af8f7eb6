import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import type { Row } from './row.js';

/** Postgres is killed with all its processes and restarted by a supervisor. */
export const killPostgres: Row = {
  id: 'F11',
  name: 'kill-postgres',
  title: 'Postgres SIGKILL (with children), restarted',
  expect: 'ok again <= 5 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const { postgres } = context.environment;
    for (let kill = 0; kill < context.scale(4, 10); kill += 1) {
      await stage.strike(async () => {
        await postgres.kill();
        stage.kills += 1;
        await postgres.start();
      });
      await stage.calm(context.random.integer(200, 1500));
    }
    return stage.finish([recoveryBar(stage.recoveriesMs, 5)]);
  },
};
