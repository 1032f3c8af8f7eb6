import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../support/paths.js';
import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { jobsIn } from '../workload/operator.js';
import { seconds } from './bars.js';
import { counterBars, retryDeadLetters } from './measures.js';
import type { Bar, Row, RowContext } from './row.js';

const quickWords = ['deadly-exit'];
const words = ['deadly-exit', 'deadly-memory', 'deadly-loop'];
const share = 1 / 200;
const heapMegabytes = 512;
const stuckAfterMs = 3000;
const patienceMs = 400_000;

/** An entry that crashes the process that persists it must not crash one process after another for ever. */
export const deadlyEntries: Row = {
  id: 'F35D',
  name: 'deadly-entries',
  title:
    'poison entries, 1 in 200, that crash the process: an exit, 1 GB in a heap of half that size, an endless loop (only the exit with --quick)',
  expect: "<= 3 runs, dead-lettered with reason, others' p99 < 2x (cluster); stored after an operator's retry",
  modes: ['embedded', 'cluster'],
  async run(context) {
    const { stage, file } = await open(context, this.name);
    const { log, poisoned } = stage.workload;
    await stage.calm(context.scale(1000, 10_000));
    const before = log.attempts.ackQuantile(0.99);
    const first = log.attempts.length;
    const startedAt = performance.now();
    await sendDeadly(stage, context.scale(quickWords, words), context.scale(1, 2));
    const dead = () => jobsIn(stage.topology.urls, 'dead-letters', 'failed').catch(() => undefined);
    const oldest = () => stage.topology.metric('parley_backlog_oldest_seconds').catch(() => undefined);
    // A process may die between the dead letter of an entry and its parking, so an entry may have two dead letters.
    const isOver = await becomesTrue(async () => ((await dead()) ?? 0) >= poisoned.length && ((await oldest()) ?? 99) < 5, patienceMs, 500);
    const tookMs = performance.now() - startedAt;
    const after = log.attempts.ackQuantile(0.99, first);
    const runs = runsOf(file);
    const bars: Bar[] = [
      { name: 'deadly sent', value: poisoned.length, limit: context.scale(quickWords, words).length, atLeast: true },
      { name: 'deadly not dead-lettered', value: Math.max(0, poisoned.length - ((await dead()) ?? 0)), limit: 0 },
      { name: 'most runs of one entry', value: Math.max(0, ...runs.values()), limit: 3 },
      { name: 'crashed processes', value: stage.forgiveCrashes() },
      { name: 'other entries stored after', value: isOver ? seconds(tookMs) : patienceMs / 1000, unit: 's', limit: patienceMs / 1000 - 1 },
      // In embedded mode the only process cannot answer while it restarts.
      {
        name: 'ack p99 during crashes',
        value: Math.round(after),
        unit: 'ms',
        ...(context.mode === 'cluster' && { limit: Math.round(Math.max(2 * before, 50)) }),
      },
    ];
    rmSync(file);
    await retryDeadLetters(stage);
    bars.push({ name: 'dead letters after the retry', value: (await dead()) ?? -1, limit: 0 });
    return stage.finish(bars, () => counterBars(stage));
  },
};

async function open(context: RowContext, name: string): Promise<{ stage: Stage; file: string }> {
  const plant = pathToFileURL(join(root, 'dist/lab/prove/plants/deadly-entries.js')).href;
  const nodeArgs = [...context.nodeArgs, `--max-old-space-size=${heapMegabytes}`, '--import', plant];
  const file = join(context.environment.folder, 'deadly-runs');
  writeFileSync(file, '');
  const env = { PROVE_DEADLY_FILE: file, STUCK_AFTER_MS: String(stuckAfterMs) };
  return { stage: await Stage.open({ ...context, nodeArgs }, { name, env, load: { ratePerSecond: 100 } }), file };
}

async function sendDeadly(stage: Stage, some: readonly string[], ofEach: number): Promise<void> {
  const { workload } = stage;
  for (const word of some) {
    const wanted = workload.poisoned.length + ofEach;
    workload.poison(share, word, ofEach);
    await becomesTrue(() => workload.poisoned.length >= wanted, 60_000);
  }
}

/** How often each deadly entry was attempted. */
function runsOf(file: string): Map<string, number> {
  const runs = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) runs.set(line, (runs.get(line) ?? 0) + 1);
  return runs;
}
