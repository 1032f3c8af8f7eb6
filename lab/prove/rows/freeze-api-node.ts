import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { seconds } from './bars.js';
import type { Row } from './row.js';

const pingSeconds = 25 + 20;

/** An API node is frozen, and its clients have to notice by themselves. */
export const freezeApiNode: Row = {
  id: 'F15',
  name: 'freeze-api-node',
  title: 'SIGSTOP an API node 60 s (until its clients are on other nodes with --quick)',
  expect: 'its clients on other nodes <= pingInterval + pingTimeout + 5 s (50 s)',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const [node] = stage.topology.api;
    if (node === undefined) throw new Error('there is no API node');
    const there = stage.workload.clients.filter((client) => client.ready && client.node === stage.topology.urls[0]);
    const startedAt = performance.now();
    node.freeze();
    await becomesTrue(() => there.every((client) => client.ready && client.node !== stage.topology.urls[0]), 60_000, 100);
    const elsewhere = performance.now() - startedAt;
    await stage.calm(Math.max(0, context.scale(0, 60_000) - elsewhere));
    const recovery = await stage.strike(
      async () => {
        node.thaw();
        await Promise.resolve();
      },
      { fromHeal: true },
    );
    return stage.finish([
      { name: 'clients of the node', value: there.length, limit: 1, atLeast: true },
      { name: 'last client on another node', value: seconds(elsewhere), unit: 's', limit: pingSeconds + 5 },
      { name: 'recovery', value: seconds(recovery), unit: 's', limit: 10 },
    ]);
  },
};
