import { PostgresProcess } from '../processes/postgres-process.js';
import { SmallDisk } from '../processes/small-disk.js';
import { Stage } from '../stage.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import { seconds } from './bars.js';
import { slowestBar } from './measures.js';
import type { Bar, Row, RowContext } from './row.js';

const diskMegabytes = 200;

/** The disk of the log is full, and later an operator frees space. */
export const fillDisk: Row = {
  id: 'F34',
  name: 'fill-disk',
  title: "the disk of Postgres' WAL is full (cluster: Redis' disk too); then space",
  expect: '503, no acked loss, back <= 30 s after space (stores restarted by a supervisor)',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const disk = SmallDisk.open(context.environment.scenario('fill-disk-tmpfs'), diskMegabytes);
    if (disk === undefined) throw new Error('this user may not mount a file system in memory: the row cannot run here');
    const postgres = await PostgresProcess.create(disk.folder, ['--wal-segsize=1']);
    try {
      return await fillAndFree(context, disk, postgres);
    } finally {
      await postgres.kill();
      disk.close();
    }
  },
};

async function fillAndFree(context: RowContext, disk: SmallDisk, postgres: PostgresProcess) {
  const redisFolder = disk.folder;
  const stage = await Stage.open(context, { name: 'fill-disk', postgres, redisFolder });
  const { attempts } = stage.workload.log;
  const bars: Bar[] = [];
  const first = attempts.length;
  disk.fill();
  const isRefused = () => attempts.slice(first).some(({ code }) => code === 'overloaded');
  bars.push({ name: 'refused while full', value: (await becomesTrue(isRefused, 60_000)) ? 1 : 0, limit: 1, atLeast: true });
  await stage.calm(context.scale(8000, 30_000));
  bars.push(slowestBar(attempts.slice(first), 3));
  const recovery = await stage.strike(
    async () => {
      disk.free();
      await Promise.all([revive(postgres), stage.redis === undefined ? undefined : revive(stage.redis)]);
    },
    { fromHeal: true },
  );
  return stage.finish([...bars, { name: 'recovery', value: seconds(recovery), unit: 's', limit: 30 }]);
}

/** Restarts a store that has ended, as a supervisor does. */
async function revive(store: { readonly isRunning: boolean; start(): Promise<void> }): Promise<void> {
  // A store that gives up on a full disk ends within a moment.
  await sleep(1000);
  if (!store.isRunning) await store.start();
}
