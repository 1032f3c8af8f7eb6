import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { root } from '../paths.js';
import { Child } from '../processes/child.js';
import { becomes, sleep } from '../wait.js';

/** Jobs of two bare BullMQ workers that ran twice because one of them was stopped past its lock and resumed. */
export async function naiveZombie(port: number, jobs: number): Promise<number> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const queue = new Queue('naive-zombie', { connection: { port, host: '127.0.0.1' } });
  const file = join(root, 'dist/lab/prove/naive/naive-worker.js');
  const open = () =>
    new Child({ command: process.execPath, args: [file, String(port)], logFile: join(tmpdir(), 'parley-naive-worker.log') });
  const workers = [open(), open()];
  try {
    await Promise.all(workers.map((worker) => worker.line('a naive worker is ready', (line) => line.includes('ready'), 20_000)));
    await queue.addBulk(Array.from({ length: jobs }, (_, index) => ({ name: 'count', data: { index } })));
    await sleep(500);
    workers[0]?.signal('SIGSTOP');
    await sleep(8000);
    workers[0]?.signal('SIGCONT');
    await becomes(async () => Object.keys(await redis.hgetall('naive-zombie-runs')).length >= jobs, 20_000, 200);
    await sleep(1000);
    return Object.values(await redis.hgetall('naive-zombie-runs')).filter((runs) => Number(runs) > 1).length;
  } finally {
    for (const worker of workers) await worker.kill();
    await queue.close();
    redis.disconnect();
  }
}
