import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import { counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** Redis syncs once a second, so a power failure may lose a second. Clients must not see the lost numbers reused in the same epoch. */
export const redisPowerLossEverysec: Row = {
  id: 'F09E',
  name: 'redis-power-loss-everysec',
  title: 'Redis power loss with appendfsync everysec: one second of writes may be lost',
  expect: 'running nodes restore what Redis lost; no seq twice; every client gets the new epoch',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, appendfsync: 'everysec' });
    for (let turn = 0; turn < context.scale(2, 5); turn += 1) {
      await stage.strike(async () => {
        await stage.redis?.loseUnsynced();
        stage.kills += 1;
        await stage.redis?.start();
      });
      await stage.calm(context.random.integer(500, 3000));
    }
    const lostBytes = stage.redis?.power?.lostBytes ?? 0;
    const resets = stage.workload.clients.filter(({ views }) => [...views.values()].some((view) => view.resets > 0)).length;
    const bars = [
      recoveryBar(stage.recoveriesMs, 30),
      { name: 'cut off', value: lostBytes, unit: 'bytes', limit: stage.redis?.power === undefined ? 0 : 1, atLeast: true },
      { name: 'clients that reloaded everything', value: resets, limit: stage.workload.clients.length, atLeast: true },
    ];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
