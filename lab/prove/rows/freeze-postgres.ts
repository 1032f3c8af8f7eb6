import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { slowestBar } from './measures.js';
import type { Row } from './row.js';

/** Postgres is frozen: connections stay open, but no query is answered. */
export const freezePostgres: Row = {
  id: 'F17',
  name: 'freeze-postgres',
  title: 'SIGSTOP Postgres 20 s (8 s with --quick)',
  expect: 'no request > 3 s; pool not exhausted after',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const { postgres } = context.environment;
    const { attempts } = stage.workload.log;
    const first = attempts.length;
    postgres.freeze();
    await stage.calm(context.scale(8000, 20_000));
    const recovery = await stage.strike(
      async () => {
        postgres.thaw();
        await Promise.resolve();
      },
      { fromHeal: true },
    );
    const bars = [slowestBar(attempts.slice(first), 3), { name: 'recovery', value: seconds(recovery), unit: 's', limit: 5 }];
    return stage.finish(bars);
  },
};
