import { quantile } from '../checker/recovery.js';
import { Stage } from '../stage.js';
import { becomes } from '../wait.js';
import { seconds } from './bars.js';
import type { Row } from './row.js';

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
    const [node] = stage.topology.api;
    if (node === undefined) throw new Error('there is no API node');
    const { clients } = stage.workload;
    const startedAt = performance.now();
    await stage.strike(
      async () => {
        await node.kill();
        stage.kills += 1;
        await node.start();
      },
      { inARow: 20 },
    );
    await becomes(() => clients.every(({ ready }) => ready), 60_000);
    const allBack = performance.now() - startedAt;
    const absences = clients.flatMap(({ absencesMs }) => absencesMs);
    return stage.finish([
      { name: 'all back', value: seconds(allBack), unit: 's', limit: 10 },
      { name: 'sockets that came back', value: absences.length },
      { name: 'half back', value: seconds(quantile(absences, 0.5)), unit: 's' },
      { name: 'the node itself took', value: seconds(node.startedInMs), unit: 's' },
    ]);
  },
};
