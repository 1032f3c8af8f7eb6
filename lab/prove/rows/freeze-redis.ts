import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { slowestBar } from './measures.js';
import type { Row } from './row.js';

/** Redis is frozen: connections stay open, but no command is answered. */
export const freezeRedis: Row = {
  id: 'F16',
  name: 'freeze-redis',
  title: 'SIGSTOP Redis 20 s (8 s with --quick)',
  expect: 'no request > 3 s (naive: hangs for good)',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const { attempts } = stage.workload.log;
    const first = attempts.length;
    stage.redis?.freeze();
    await stage.calm(context.scale(8000, 20_000));
    const recovery = await stage.strike(
      async () => {
        stage.redis?.thaw();
        await Promise.resolve();
      },
      { fromHeal: true },
    );
    return stage.finish([slowestBar(attempts.slice(first), 3), { name: 'recovery', value: seconds(recovery), unit: 's', limit: 10 }]);
  },
};
