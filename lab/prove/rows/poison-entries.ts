import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { jobsIn } from '../workload/operator.js';
import { seconds } from './bars.js';
import { counterBars, retryDeadLetters } from './measures.js';
import type { Bar, Row } from './row.js';

const poisonShare = 1 / 200;
const drainMs = 30_000;

/** An entry that storage refuses must not delay others, must be reported, and is stored once the cause is fixed. */
export const poisonEntries: Row = {
  id: 'F35',
  name: 'poison-entries',
  title: 'poison entries, 1 in 200: storage refuses their data; one insert never finishes',
  expect: "<= 3 runs, dead-lettered with reason, others' p99 < 2x; stored after an operator's retry",
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { ratePerSecond: 100 } });
    const { log } = stage.workload;
    await stage.calm(context.scale(2000, 10_000));
    const before = ackP99(stage, 0);
    await stage.topology.query("ALTER TABLE messages ADD CONSTRAINT ck_prove_poison CHECK (text NOT LIKE '%poison%') NOT VALID");
    const first = log.attempts.length;
    stage.workload.poison(poisonShare, 'poison');
    await stage.calm(context.scale(4000, 30_000));
    await becomesTrue(() => stage.workload.poisoned.length > 0, drainMs);
    stage.workload.poison(0, '');
    const after = ackP99(stage, first);
    const sent = stage.workload.poisoned.length;
    const dead = () => jobsIn(stage.topology.urls, 'dead-letters', 'failed');
    const oldest = () => stage.topology.metric('parley_backlog_oldest_seconds');
    await becomesTrue(async () => (await dead()) === sent && ((await oldest()) ?? 99) < 5, drainMs, 200);
    const bars: Bar[] = [
      { name: 'poison sent', value: sent, limit: 1, atLeast: true },
      { name: 'poison not dead-lettered', value: sent - ((await dead()) ?? 0), limit: 0 },
      { name: 'oldest of the other entries', value: Math.round((await oldest()) ?? -1), unit: 's', limit: 5 },
      { name: 'most runs of one entry', value: mostRuns(stage), limit: 3 },
      { name: 'ack p99 with poison', value: Math.round(after), unit: 'ms', limit: Math.round(Math.max(2 * before, 50)) },
      ...(await mend(stage, dead)),
      ...(await delayBehindStuckInsert(stage, dead)),
    ];
    return stage.finish(bars, () => counterBars(stage));
  },
};

/** Fixes the cause and retries the dead letters, as an operator does. */
async function mend(stage: Stage, dead: () => Promise<number | undefined>): Promise<Bar[]> {
  await stage.topology.query('ALTER TABLE messages DROP CONSTRAINT ck_prove_poison');
  await retryDeadLetters(stage);
  return [{ name: 'dead letters after the retry', value: (await dead()) ?? -1, limit: 0 }];
}

/** An entry whose insert never finishes: the entries behind it in its shard must still be stored. */
async function delayBehindStuckInsert(stage: Stage, dead: () => Promise<number | undefined>): Promise<Bar[]> {
  await stage.topology.query(
    "CREATE FUNCTION prove_endless() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.text LIKE ''%endless%'' THEN PERFORM pg_sleep(3600); END IF; RETURN NEW; END'",
  );
  await stage.topology.query('CREATE TRIGGER prove_endless BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION prove_endless()');
  stage.workload.poison(1 / 20, 'endless', 1);
  await becomesTrue(() => stage.workload.poisoned.some((text) => text.includes('endless')), 10_000);
  const startedAt = performance.now();
  const oldest = async () => (await stage.topology.metric('parley_backlog_oldest_seconds')) ?? Infinity;
  const isHeldUp = await becomesTrue(async () => (await oldest()) > 4, 10_000, 200);
  const isFree = isHeldUp && (await becomesTrue(async () => (await oldest()) < 4, 60_000, 200));
  const tookMs = performance.now() - startedAt;
  await stage.topology.query('DROP TRIGGER prove_endless ON messages');
  await becomesTrue(async () => (await dead()) === 1, drainMs, 200);
  await retryDeadLetters(stage);
  return [{ name: 'delay behind an insert that never finishes', value: isFree ? seconds(tookMs) : 60, unit: 's', limit: 20 }];
}

function ackP99({ workload }: Stage, first: number): number {
  return workload.log.attempts.ackQuantile(0.99, first);
}

/** The highest number of times that workers logged one entry as impossible to persist. */
function mostRuns({ topology }: Stage): number {
  const runs = new Map<string, number>();
  for (const node of topology.working) {
    for (const line of readFileSync(join(topology.options.folder, `${node.name}.log`), 'utf8').split('\n')) {
      if (!line.includes('an entry cannot be persisted')) continue;
      const key = /"conversationId":"[^"]+","rev":\d+/.exec(line)?.[0] ?? '';
      runs.set(key, (runs.get(key) ?? 0) + 1);
    }
  }
  return Math.max(0, ...runs.values());
}
