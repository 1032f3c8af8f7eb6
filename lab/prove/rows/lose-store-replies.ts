import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { counterBars, rowsPerKeyBar } from './measures.js';
import type { Bar, Row } from './row.js';

/** A store does the work but its reply is lost, and a retry must not do the work twice. */
export const loseStoreReplies: Row = {
  id: 'F24',
  name: 'lose-store-replies',
  title: 'proxy drops 2 % of Redis replies, then of Postgres replies',
  expect: 'counters exact, each message once',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const links = context.mode === 'cluster' ? (['redis', 'postgres'] as const) : (['postgres'] as const);
    const stage = await Stage.open(context, { name: this.name, proxied: links });
    const bars: Bar[] = [];
    for (const link of links) {
      const proxies = stage.topology.link(link);
      for (const proxy of proxies) proxy.set({ kind: 'dropReply', share: 0.02 });
      await stage.calm(context.scale(2000, 20_000));
      const dropped = () => proxies.reduce((sum, proxy) => sum + proxy.droppedReplies, 0);
      await becomesTrue(() => dropped() >= context.scale(20, 200), 60_000);
      for (const proxy of proxies) proxy.set({ kind: 'pass' });
      bars.push({ name: `replies lost, ${link}`, value: dropped(), limit: context.scale(20, 200), atLeast: true });
      await stage.strike(() => Promise.resolve());
    }
    return stage.finish(bars, async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))]);
  },
};
