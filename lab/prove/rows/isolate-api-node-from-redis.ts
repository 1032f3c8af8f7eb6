import { Stage } from '../stage.js';
import { recoveryBar } from './bars.js';
import { slowestBar } from './measures.js';
import type { Row } from './row.js';

/** One API node cannot reach Redis while the other can. */
export const isolateApiNodeFromRedis: Row = {
  id: 'F20',
  name: 'isolate-api-node-from-redis',
  title: 'DROP API-A <-> Redis 5 s and 20 s (8 s with --quick)',
  expect: "A's clients complete <= 10 s after heal",
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, proxied: ['firstApi-redis'] });
    const proxies = stage.topology.link('firstApi-redis');
    const { attempts } = stage.workload.log;
    const first = attempts.length;
    for (const ms of [5000, context.scale(8000, 20_000)]) {
      for (const proxy of proxies) proxy.set({ kind: 'hold' });
      await stage.calm(ms);
      await stage.strike(
        async () => {
          for (const proxy of proxies) proxy.set({ kind: 'pass' });
          await Promise.resolve();
        },
        { fromHeal: true },
      );
    }
    stage.notes.push(
      'a proxy that holds everything back emulates dropped packets: nothing arrives until the link heals, and then everything does, as TCP repeats it',
    );
    return stage.finish([recoveryBar(stage.recoveriesMs, 10), slowestBar(attempts.slice(first), 3)]);
  },
};
