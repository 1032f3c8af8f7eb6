import { Stage } from '../stage.js';
import { megabytes, recoveryBar } from './bars.js';
import type { Bar, Row } from './row.js';

/** The epoch of the log changes repeatedly, and each time every client loads everything afresh. */
export const epochFlipStorm: Row = {
  id: 'F29',
  name: 'epoch-flip-storm',
  title: 'epoch flip storm: 20 flips in 20 s, 200 clients (6 flips, 80 clients with --quick)',
  expect: 'no leak, no panic',
  modes: ['cluster'],
  async run(context) {
    const load = { senders: 10, receivers: context.scale(80, 200), conversations: 10, ratePerSecond: 50 };
    const stage = await Stage.open(context, { name: this.name, load });
    const before = memory(stage);
    await stage.strike(async () => {
      for (let flip = 0; flip < context.scale(6, 20); flip += 1) {
        await stage.redis?.flush();
        await stage.calm(1000);
      }
    });
    const resets = stage.workload.clients.flatMap(({ views }) => [...views.values()].map((view) => view.resets));
    await stage.calm(5000);
    const bars: Bar[] = [
      recoveryBar(stage.recoveriesMs, 30),
      { name: 'epochs seen by a client', value: Math.max(0, ...resets), limit: 1, atLeast: true },
      { name: 'memory', value: megabytes(memory(stage) - before), unit: 'MB more', limit: 100 },
    ];
    return stage.finish(bars);
  },
};

function memory(stage: Stage): number {
  return Math.max(...stage.topology.nodes.map((node) => node.residentBytes));
}
