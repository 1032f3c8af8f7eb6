import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../support/paths.js';
import { MemoryGroup } from '../processes/memory-group.js';
import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { seconds } from './bars.js';
import type { Row } from './row.js';

const groupBytes = 300 * 2 ** 20;

/** The OOM killer ends an API node that exceeds its memory limit. */
export const exceedMemoryLimit: Row = {
  id: 'F37M',
  name: 'exceed-memory-limit',
  title: 'memory group of 300 MB around an API node, which takes 1 GB: OOM kill',
  expect: 'recovers <= 10 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const plant = pathToFileURL(join(root, 'dist/lab/prove/plants/take-memory.js')).href;
    const stage = await Stage.open({ ...context, nodeArgs: [...context.nodeArgs, '--import', plant] }, { name: this.name });
    const node = context.random.pick(stage.topology.api);
    const group = MemoryGroup.open(`parley-prove-${process.pid}`);
    if (group === undefined) stage.notes.push('this user may not create memory groups: a SIGKILL replaced the OOM killer');
    group?.limit(groupBytes);
    await node.kill();
    const started = node.start();
    group?.add(node.pid);
    await started;
    stage.kills += 1;
    await stage.calm(context.scale(3000, 10_000));
    const survived = node.crashes === 0;
    const recovery = await stage.strike(async () => {
      const { crashes } = node;
      node.signal(group === undefined ? 'SIGKILL' : 'SIGUSR2');
      await becomesTrue(() => node.crashes > crashes, 30_000, 10);
    });
    stage.kills += stage.forgiveCrashes();
    const killed = group === undefined ? stage.kills : group.kills;
    group?.close();
    return stage.finish([
      { name: 'ran within the limit at first', value: Number(survived), limit: 1, atLeast: true },
      { name: 'ended by the OOM killer', value: killed, limit: 1, atLeast: true },
      { name: 'recovery', value: seconds(recovery), unit: 's', limit: 10 },
    ]);
  },
};
