import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import { slowestBar } from './measures.js';
import type { Bar, Row } from './row.js';

/** The links to the stores have a high latency and a low bandwidth. */
export const slowStores: Row = {
  id: 'F18',
  name: 'slow-stores',
  title: 'proxy: +300 ms and 64 KB/s on Redis and on Postgres',
  expect: 'throughput falls, zeros hold, no time-out storm',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const links = context.mode === 'cluster' ? (['redis', 'postgres'] as const) : (['postgres'] as const);
    const stage = await Stage.open(context, { name: this.name, proxied: links });
    const { attempts } = stage.workload.log;
    const bars: Bar[] = [];
    for (const link of links) {
      for (const proxy of stage.topology.link(link)) proxy.set({ kind: 'delay', delayMs: 300, bytesPerSecond: 65_536 });
      const first = attempts.length;
      await stage.calm(context.scale(5000, 20_000));
      const during = attempts.slice(first);
      const failed = during.filter(({ outcome }) => outcome !== 'acked').length;
      bars.push({ ...slowestBar(during, 15), name: `longest request, slow ${link}` });
      bars.push({
        name: `failed attempts, slow ${link}`,
        value: Math.round((100 * failed) / Math.max(1, during.length)),
        unit: '%',
        limit: 5,
      });
      const recovery = await stage.strike(
        async () => {
          for (const proxy of stage.topology.link(link)) proxy.set({ kind: 'pass' });
          await Promise.resolve();
        },
        { fromHeal: true },
      );
      bars.push({ name: `recovery, ${link}`, value: seconds(recovery), unit: 's', limit: 10 });
    }
    return stage.finish(bars);
  },
};
