import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../support/paths.js';
import { Stage } from '../stage.js';
import { BacklogWatch, counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

/** The event loop of a worker is blocked while other workers take over its jobs. */
export const blockWorkerEventLoop: Row = {
  id: 'F19',
  name: 'block-worker-event-loop',
  title: 'worker event loop blocked 40 s (12 s with --quick; the lock holds 10 s)',
  expect: 'effects once',
  modes: ['cluster'],
  async run(context) {
    const blockMs = context.scale(12_000, 40_000);
    const plant = pathToFileURL(join(root, 'dist/lab/prove/plants/block-event-loop.js')).href;
    const nodeArgs = [...context.nodeArgs, '--import', plant];
    const stage = await Stage.open({ ...context, nodeArgs }, { name: this.name, env: { PROVE_BLOCK_MS: String(blockMs) } });
    const backlog = new BacklogWatch(stage);
    const node = context.random.pick(stage.topology.workers);
    node.signal('SIGUSR2');
    await stage.calm(blockMs + 5000);
    return stage.finish([backlog.stop(30)], async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
