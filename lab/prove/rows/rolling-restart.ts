import type { SendOperation } from '../checker/history.js';
import { Stage } from '../stage.js';
import { seconds } from './bars.js';
import type { Bar, Row } from './row.js';

/** A deployment: one process after another is stopped with SIGTERM and restarted. */
export const rollingRestart: Row = {
  id: 'F14',
  name: 'rolling-restart',
  title: 'SIGTERM rolling restart of every process under load',
  expect: 'client-visible errors 0 after one retry (cluster); in-flight done and exit 0 <= 10 s',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const stops: number[] = [];
    let unclean = 0;
    for (let turn = 0; turn < context.scale(1, 3); turn += 1) {
      for (const node of stage.topology.nodes) {
        await stage.strike(async () => {
          const exit = await node.stop();
          stops.push(exit.tookMs);
          if (exit.code !== 0) unclean += 1;
          await node.start();
        });
        await stage.calm(1000);
      }
    }
    const bars: Bar[] = [
      { name: 'slowest stop', value: seconds(Math.max(0, ...stops)), unit: 's', limit: 10 },
      { name: 'stops that did not exit 0', value: unclean, limit: 0 },
    ];
    return stage.finish(bars, () => {
      const failed = [...stage.workload.log.operations()].filter(isRefusedTwice).length;
      // In embedded mode the only process is away while it restarts, so clients have to wait.
      const limit = context.mode === 'cluster' ? { limit: 0 } : {};
      return [{ name: 'operations with two failed attempts', value: failed, ...limit }];
    });
  },
};

/** Whether two attempts failed. An attempt without a connection does not count. */
function isRefusedTwice({ attempts }: SendOperation): boolean {
  return attempts.filter(({ outcome, code }) => outcome !== 'acked' && code !== 'client.notConnected').length > 1;
}
