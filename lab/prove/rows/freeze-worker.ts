import { Stage } from '../stage.js';
import { naiveZombie } from '../naive/naive-zombie.js';
import { BacklogWatch, counterBars, rowsPerKeyBar } from './measures.js';
import type { Row } from './row.js';

const lockMs = 10_000;

/** A worker is frozen until the other worker takes over its jobs, and then resumes in the middle of its work. */
export const freezeWorker: Row = {
  id: 'F07',
  name: 'freeze-worker',
  title: 'SIGSTOP a worker 3x lockDuration (2x with --quick), SIGCONT',
  expect: "zombie's late write refused or harmless: each message once, counters exact",
  modes: ['cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name });
    const backlog = new BacklogWatch(stage);
    for (let turn = 0; turn < context.scale(1, 2); turn += 1) {
      const node = context.random.pick(stage.topology.workers);
      node.freeze();
      await stage.calm(context.scale(2, 3) * lockMs);
      node.thaw();
      await stage.calm(3000);
    }
    const { redis } = stage;
    const jobs = context.scale(0, 100);
    const twice = redis === undefined || jobs === 0 ? 0 : await naiveZombie(redis.port, jobs);
    return stage.finish(
      [backlog.stop(40), ...(jobs === 0 ? [] : [{ name: 'naive: jobs that ran twice', value: twice, unit: `of ${jobs}` }])],
      async () => [await rowsPerKeyBar(stage), ...(await counterBars(stage))],
    );
  },
};
