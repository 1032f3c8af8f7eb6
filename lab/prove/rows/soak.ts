import { Stage } from '../stage.js';
import { megabytes, recoveryBar } from './bars.js';
import type { Bar, Row } from './row.js';

interface Trouble {
  readonly name: string;
  /** Whether the trouble is possible on this stage. */
  readonly fits: (stage: Stage) => boolean;
  readonly act: (stage: Stage) => Promise<void>;
}

const always = () => true;
const hasRedis = (stage: Stage) => stage.redis !== undefined;

/** The troubles that the soak picks from at random. */
const troubles: readonly Trouble[] = [
  { name: 'kill an API node', fits: always, act: (stage) => restart(stage, stage.topology.api, 'kill') },
  {
    name: 'kill a worker',
    fits: ({ topology }) => topology.workers.length > 0,
    act: (stage) => restart(stage, stage.topology.workers, 'kill'),
  },
  { name: 'restart an API node', fits: always, act: (stage) => restart(stage, stage.topology.api, 'stop') },
  { name: 'stop an API node 3 s', fits: always, act: (stage) => freeze(stage, stage.context.random.pick(stage.topology.api), 3000) },
  { name: 'kill Postgres', fits: always, act: killPostgres },
  { name: 'stop Postgres 3 s', fits: always, act: (stage) => freeze(stage, stage.context.environment.postgres, 3000) },
  { name: 'kill Redis', fits: hasRedis, act: killRedis },
  { name: 'stop Redis 3 s', fits: hasRedis, act: freezeRedis },
  { name: 'cut every client', fits: always, act: cutClients },
  { name: 'lose Postgres answers', fits: always, act: loseAnswers },
];

/** Half an hour of random troubles, one after another. */
export const soak: Row = {
  id: 'F38',
  name: 'soak',
  title: 'soak 30 min (5 min embedded, 20 s with --quick): one random fault each 10-30 s, seeded',
  expect: 'all zeros; RSS slope ~0',
  modes: ['embedded', 'cluster'],
  async run(context) {
    // Half of the senders send ten messages at a time, which makes nearly a million messages in half an hour.
    const load = context.scale({ ratePerSecond: 100 }, { ratePerSecond: 100, batch: 10, roomsPerReceiver: 1 });
    const stage = await Stage.open(context, { name: this.name, load, proxied: ['postgres'] });
    const endsAt = performance.now() + context.scale(20_000, context.mode === 'cluster' ? 1_800_000 : 300_000);
    const done: string[] = [];
    const memory: number[] = [];
    while (performance.now() < endsAt) {
      const trouble = context.random.pick(troubles.filter(({ fits }) => fits(stage)));
      done.push(trouble.name);
      const recovery = await stage.strike(() => trouble.act(stage));
      memory.push(Math.max(...stage.topology.nodes.map((node) => node.residentBytes)));
      await stage.calm(Math.max(500, context.random.integer(context.scale(3000, 10_000), context.scale(8000, 30_000)) - recovery));
    }
    stage.notes.push(`done: ${done.join(', ')}`, `memory of the largest process, MB: ${memory.map(megabytes).join(' ')}`);
    const bars: Bar[] = [{ name: 'faults', value: done.length }, recoveryBar(stage.recoveriesMs, 10), memoryBar(memory)];
    return stage.finish(bars);
  },
};

/** Memory at the end of the soak compared with that after a sixth of it (minute five), when processes are warm. Only a long soak is conclusive. */
function memoryBar(memory: readonly number[]): Bar {
  const sixth = Math.ceil(memory.length / 6);
  const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [early, late] = [middle(memory.slice(Math.floor(0.8 * sixth), Math.ceil(1.4 * sixth))), middle(memory.slice(-sixth))];
  const isLong = memory.length >= 60;
  return { name: 'memory', value: megabytes(late - early), unit: 'MB more', ...(isLong ? { limit: megabytes(early / 10) } : {}) };
}

async function restart(stage: Stage, nodes: Stage['topology']['nodes'], how: 'kill' | 'stop'): Promise<void> {
  const node = stage.context.random.pick(nodes);
  if (how === 'kill') stage.kills += 1;
  await (how === 'kill' ? node.kill() : node.stop());
  await node.start();
}

async function freeze(stage: Stage, process: { freeze(): void; thaw(): void }, ms: number): Promise<void> {
  process.freeze();
  await stage.calm(ms);
  process.thaw();
}

async function freezeRedis(stage: Stage): Promise<void> {
  if (stage.redis !== undefined) await freeze(stage, stage.redis, 3000);
}

async function killPostgres(stage: Stage): Promise<void> {
  const { postgres } = stage.context.environment;
  await postgres.kill();
  stage.kills += 1;
  await postgres.start();
}

async function killRedis(stage: Stage): Promise<void> {
  await stage.redis?.kill();
  stage.kills += 1;
  await stage.redis?.start();
}

async function cutClients(stage: Stage): Promise<void> {
  for (const client of stage.workload.clients) client.cut();
  await Promise.resolve();
}

async function loseAnswers(stage: Stage): Promise<void> {
  const proxies = stage.topology.link('postgres');
  for (const proxy of proxies) proxy.set({ kind: 'dropReply', share: 0.05 });
  await stage.calm(3000);
  for (const proxy of proxies) proxy.set({ kind: 'pass' });
}
