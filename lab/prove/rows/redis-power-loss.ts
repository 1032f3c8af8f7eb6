import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import { counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** The machine of Redis has a power failure. */
export const redisPowerLoss: Row = {
  id: 'F09',
  name: 'redis-power-loss',
  title: 'Redis power loss: append-only file cut back to its last finished fsync (appendfsync always)',
  expect: 'platform lost 0; no seq twice; counters right <= 60 s',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, appendfsync: 'always' });
    for (let turn = 0; turn < context.scale(3, 5); turn += 1) {
      await stage.strike(async () => {
        await stage.redis?.loseUnsynced();
        stage.kills += 1;
        await stage.redis?.start();
      });
      await stage.calm(context.random.integer(500, 3000));
    }
    const power = stage.redis?.power;
    if (power === undefined) stage.notes.push('no C compiler here: the file was not cut, so the row is only a SIGKILL');
    const bars = [recoveryBar(stage.recoveriesMs, 30), { name: 'cut off', value: power?.lostBytes ?? 0, unit: 'bytes' }];
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
