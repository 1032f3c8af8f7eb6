import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { builtProgram } from '../../support/paths.js';
import { Child } from '../../support/child.js';
import { becomesTrue, sleep } from '../../support/wait.js';

/** The number of jobs that two bare BullMQ workers run twice because one of them is stopped past its lock and then resumed. */
export async function naiveZombie(port: number, jobs: number): Promise<number> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const queue = new Queue('naive-zombie', { connection: { port, host: '127.0.0.1' } });
  const args = [builtProgram('prove/naive/naive-worker'), String(port)];
  const open = () => new Child({ command: process.execPath, args });
  const workers = [open(), open()];
  try {
    await Promise.all(workers.map((worker) => worker.waitForLine('a naive worker is ready', (line) => line.includes('ready'), 20_000)));
    await queue.addBulk(Array.from({ length: jobs }, (_, index) => ({ name: 'count', data: { index } })));
    await sleep(500);
    workers[0]?.signal('SIGSTOP');
    await sleep(8000);
    workers[0]?.signal('SIGCONT');
    await becomesTrue(async () => Object.keys(await redis.hgetall('naive-zombie-runs')).length >= jobs, 20_000, 200);
    await sleep(1000);
    return Object.values(await redis.hgetall('naive-zombie-runs')).filter((runs) => Number(runs) > 1).length;
  } finally {
    for (const worker of workers) await worker.kill();
    await queue.close();
    redis.disconnect();
  }
}
