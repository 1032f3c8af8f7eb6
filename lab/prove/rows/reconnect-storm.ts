import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { seconds } from './bars.js';
import type { Bar, Row } from './row.js';
import { percentile } from '../../support/percentiles.js';

/** Milliseconds of the measurement under the same load before the storm. */
const quietMs = 5000;
/** The connections that serve clients. Queues and batches have other connections: their work depends on messages, not on reconnects. */
const ofClients = /^parley(-log|-typeorm)?$/;

/** All clients of a node reconnect at the same moment. */
export const reconnectStorm: Row = {
  id: 'F30',
  name: 'reconnect-storm',
  title: 'kill the node holding 1,000 sockets (300 with --quick)',
  expect:
    'all back <= 10 s, <= 2 queries per socket (statements of the nodes for their clients, less what the load costs), canary p99 < 500 ms',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const sockets = context.scale(300, 1000);
    const load = { senders: 10, receivers: sockets, conversations: 50, ratePerSecond: 20, roomsPerReceiver: 2 };
    const stage = await Stage.open(context, { name: this.name, load });
    // The canary is connected to the first node.
    const node = stage.topology.api.at(-1);
    if (node === undefined) throw new Error('there is no API node');
    const { clients } = stage.workload;
    const quiet = await statementsOf(stage, () => stage.calm(quietMs));
    let areBack = false;
    const storm = await statementsOf(stage, async () => {
      await stage.strike(
        async () => {
          await node.kill();
          stage.kills += 1;
          await node.start();
        },
        { inARow: 20 },
      );
      areBack = await becomesTrue(() => clients.every(({ ready }) => ready), 60_000);
      // Clients catch up after they are ready.
      await stage.calm(1500);
    });
    const absences = clients.flatMap(({ absencesMs }) => absencesMs);
    const perSocket = (statements: number): number => Math.round((10 * statements) / Math.max(1, absences.length)) / 10;
    return stage.finish([
      { name: 'all reconnected', value: areBack ? seconds(Math.max(0, ...absences)) : 60, unit: 's', limit: 10 },
      { name: 'queries per socket', value: perSocket(storm.count - (quiet.count * storm.ms) / quiet.ms), limit: 2 },
      { name: 'queries per socket, load included', value: perSocket(storm.count) },
      { name: 'queries per socket, load, queues and batches included', value: perSocket(storm.ofAll) },
      ...canaryBars(stage),
      { name: 'reconnected sockets', value: absences.length },
      { name: 'half reconnected', value: seconds(percentile(absences, 0.5)), unit: 's' },
      { name: 'restart of the node', value: seconds(node.startedInMs), unit: 's' },
    ]);
  },
};

/** Cluster mode only, because in embedded mode the only process cannot answer while it restarts. */
function canaryBars({ context, workload }: Stage): Bar[] {
  if (context.mode === 'embedded') return [];
  return [{ name: 'canary on the other node, p99', value: Math.round(workload.canary?.p99Ms ?? 0), unit: 'ms', limit: 500 }];
}

/** The statements during `work` on the connections that serve clients, including the log's, counted in the log of Postgres. */
async function statementsOf(stage: Stage, work: () => Promise<void>): Promise<{ count: number; ofAll: number; ms: number }> {
  let ms = 0;
  const counts = await stage.topology.options.postgres.statementsDuring(async () => {
    const startedAt = performance.now();
    await work();
    ms = performance.now() - startedAt;
  });
  const sum = (found: ReadonlyArray<readonly [string, number]>) => found.reduce((total, [, count]) => total + count, 0);
  const all = [...counts];
  return { count: sum(all.filter(([application]) => ofClients.test(application))), ofAll: sum(all), ms };
}
