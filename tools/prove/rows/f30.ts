import { quantile } from '../checker/recovery.js';
import { Stage } from '../stage.js';
import { becomes } from '../wait.js';
import { seconds } from './bars.js';
import type { Bar, Row } from './row.js';

/** Everybody comes back at the same moment. */
export const f30: Row = {
  id: 'F30',
  title: 'kill the node holding 1,000 sockets (300 with --quick)',
  expect: 'all back <= 10 s, <= 2 queries per socket, canary p99 < 500 ms',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const sockets = context.scale(300, 1000);
    const load = { senders: 10, receivers: sockets, conversations: 50, ratePerSecond: 20, roomsPerReceiver: 2 };
    const stage = await Stage.open(context, { name: this.id, load });
    // Not the one that the canary is on.
    const node = stage.topology.api.at(-1);
    if (node === undefined) throw new Error('there is no API node');
    const { clients } = stage.workload;
    const before = await transactions(stage);
    await stage.strike(
      async () => {
        await node.kill();
        stage.kills += 1;
        await node.start();
      },
      { inARow: 20 },
    );
    const areBack = await becomes(() => clients.every(({ ready }) => ready), 60_000);
    const spent = (await transactions(stage)) - before;
    const absences = clients.flatMap(({ absencesMs }) => absencesMs);
    return stage.finish([
      { name: 'all back', value: areBack ? seconds(Math.max(0, ...absences)) : 60, unit: 's', limit: 10 },
      { name: 'Postgres transactions per socket, all else included', value: Math.round((10 * spent) / Math.max(1, absences.length)) / 10 },
      ...canaryBars(stage),
      { name: 'sockets that came back', value: absences.length },
      { name: 'half back', value: seconds(quantile(absences, 0.5)), unit: 's' },
      { name: 'the node itself took', value: seconds(node.startedInMs), unit: 's' },
    ]);
  },
};

/** In embedded mode nobody answers while the one process is away. */
function canaryBars({ context, workload }: Stage): Bar[] {
  if (context.mode === 'embedded') return [];
  return [{ name: 'canary on the other node, p99', value: Math.round(workload.canary?.p99Ms ?? 0), unit: 'ms', limit: 500 }];
}

/** Transactions of the scenario's database so far; the statistics come about a second late. */
async function transactions(stage: Stage): Promise<number> {
  await stage.calm(1500);
  const [row] = await stage.topology.query<{ count: number }>(
    'SELECT (xact_commit + xact_rollback)::int AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return row?.count ?? 0;
}
