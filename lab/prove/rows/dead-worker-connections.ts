import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { seconds } from './bars.js';
import { counterBars } from './measures.js';
import type { Row } from './row.js';

/** The only worker's connections accept bytes but never answer, and stay dead after the link is restored. */
export const deadWorkerConnections: Row = {
  id: 'F23',
  name: 'dead-worker-connections',
  title: 'swallowing proxy 15 s on worker <-> Redis; connections open at that time stay dead',
  expect: 'watchdog recovers <= 30 s (naive: not in 60 s)',
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, workerNodes: 1, proxied: ['firstWorker-redis'] });
    const proxies = stage.topology.link('firstWorker-redis');
    for (const proxy of proxies) {
      proxy.abandon();
      proxy.set({ kind: 'swallow' });
    }
    await stage.calm(15_000);
    for (const proxy of proxies) {
      proxy.abandon();
      proxy.set({ kind: 'pass' });
    }
    const healedAt = performance.now();
    const isWorking = async () => ((await stage.topology.metric('parley_backlog_oldest_seconds')) ?? 99) < 3;
    await becomesTrue(isWorking, 90_000, 250);
    const recovered = performance.now() - healedAt;
    return stage.finish([{ name: 'worker works again', value: seconds(recovered), unit: 's', limit: 30 }], () => counterBars(stage));
  },
};
