import { execFileSync } from 'node:child_process';
import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { makePeople } from '../workload/people.js';
import { seconds } from './bars.js';
import type { Row } from './row.js';

const filesMax = 256;

/** The API nodes run out of file handles: existing connections stay, new ones are refused until handles are free again. */
export const exhaustFileHandles: Row = {
  id: 'F37',
  name: 'exhaust-file-handles',
  title: 'ulimit -n 256 on running API nodes',
  expect: 'refuses, recovers <= 10 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const load = { senders: 8, receivers: 8, conversations: 4, ratePerSecond: 40 };
    const stage = await Stage.open(context, { name: this.name, load });
    for (const node of stage.topology.api) execFileSync('prlimit', ['--pid', String(node.pid), `--nofile=${filesMax}:${filesMax}`]);
    const { workload, topology } = stage;
    const nodes = topology.api.length;
    const people = await makePeople(
      topology.urls,
      Array.from({ length: filesMax * nodes }, (_, index) => `crowd-${index}`),
    );
    const crowd = people.map((person, index) => workload.client(person, [], index));
    for (const client of crowd) client.start();
    await stage.calm(context.scale(5000, 20_000));
    const letIn = crowd.filter(({ ready }) => ready).length;
    const alive = topology.nodes.filter((node) => node.isRunning && node.crashes === 0).length;
    const recovery = await stage.strike(
      async () => {
        for (const client of crowd) client.stop();
        await becomesTrue(() => crowd.every(({ ready }) => !ready), 5000);
      },
      { fromHeal: true },
    );
    return stage.finish([
      { name: 'accepted connections', value: letIn, limit: filesMax * nodes - 1 },
      { name: 'nodes that stayed up', value: alive, limit: topology.nodes.length, atLeast: true },
      { name: 'recovery', value: seconds(recovery), unit: 's', limit: 10 },
    ]);
  },
};
