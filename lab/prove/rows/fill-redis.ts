import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { seconds } from './bars.js';
import { counterBars } from './measures.js';
import type { Bar, Row } from './row.js';

const maxmemory = 48 * 1_048_576;

/** Messages fill a small Redis while no worker drains it. */
export const fillRedis: Row = {
  id: 'F33',
  name: 'fill-redis',
  title: 'Redis filled towards maxmemory by load while the workers are stopped',
  expect: 'producers refused at 80 %; drains by itself; <= 10 log lines/s',
  modes: ['cluster'],
  async run(context) {
    const load = {
      senders: 20,
      ratePerSecond: 60,
      batch: 20,
      textBytesMax: 6000,
      roomsPerReceiver: 1,
      retry: { attemptTimeoutMs: 15_000, retryForMs: 120_000 },
    };
    const stage = await Stage.open(context, { name: this.name, load, redisMaxmemory: maxmemory });
    const { attempts } = stage.workload.log;
    for (const worker of stage.topology.workers) worker.freeze();
    const linesBefore = lines(stage);
    const startedAt = performance.now();
    let most = 0;
    const isRefused = async () => {
      most = Math.max(most, await usedBytes(stage));
      return attempts.slice(-200).some(({ code }) => code === 'overloaded');
    };
    const wasRefused = await becomesTrue(isRefused, context.scale(60_000, 180_000), 250);
    const fillSeconds = (performance.now() - startedAt) / 1000;
    await becomesTrue(async () => (await isRefused()) && false, 5000, 250);
    const perSecond = (lines(stage) - linesBefore) / (fillSeconds + 5) / stage.topology.nodes.length;
    const recovery = await stage.strike(
      async () => {
        for (const worker of stage.topology.workers) worker.thaw();
        await Promise.resolve();
      },
      { fromHeal: true },
    );
    const bars: Bar[] = [
      { name: 'refused', value: wasRefused ? 1 : 0, limit: 1, atLeast: true },
      { name: 'most memory', value: Math.round((100 * most) / maxmemory), unit: '% of maxmemory', limit: 90 },
      { name: 'log lines per second and node', value: Math.round(perSecond * 10) / 10, limit: 10 },
      { name: 'recovery after space is freed', value: seconds(recovery), unit: 's', limit: 30 },
    ];
    return stage.finish(bars, () => counterBars(stage));
  },
};

async function usedBytes(stage: Stage): Promise<number> {
  const info = await stage.redis?.runCommand('INFO', 'memory').catch(() => '');
  return Number(/used_memory:(\d+)/.exec(typeof info === 'string' ? info : '')?.[1] ?? 0);
}

/** The number of log lines of all nodes so far. */
function lines(stage: Stage): number {
  return stage.topology.nodes.reduce((sum, node) => sum + node.linesWritten, 0);
}
