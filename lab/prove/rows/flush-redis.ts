import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { recoveryBar, seconds } from './bars.js';
import type { Row } from './row.js';

/** An operator flushes Redis by mistake under load. */
export const flushRedis: Row = {
  id: 'F10',
  name: 'flush-redis',
  title: 'FLUSHALL and restart under load',
  expect: 'epoch change seen by every client; resync complete <= 30 s',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const following = stage.workload.clients.filter(({ views }) => views.size > 0);
    const resets = () => following.map(({ views }) => Math.min(...[...views.values()].map((view) => view.resets)));
    let slowest = 0;
    const turns = context.scale(1, 3);
    for (let turn = 1; turn <= turns; turn += 1) {
      const startedAt = performance.now();
      await stage.strike(async () => {
        await stage.redis?.flush();
        await stage.redis?.kill();
        stage.kills += 1;
        await stage.redis?.start();
      });
      await becomesTrue(() => resets().every((count) => count >= turn), 40_000);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
    return stage.finish([
      recoveryBar(stage.recoveriesMs, 30),
      {
        name: 'clients that saw the epoch change',
        value: resets().filter((count) => count >= turns).length,
        limit: following.length,
        atLeast: true,
      },
      { name: 'last client reloaded', value: seconds(slowest), unit: 's', limit: 30 },
    ]);
  },
};
