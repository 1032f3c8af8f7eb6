import { Redis } from 'ioredis';
import { Worker } from 'bullmq';

/** What people write first: a worker with BullMQ's defaults (but for a short lock) whose job counts up. Redis' port in the first argument. */
const port = Number(process.argv[2]);
const counters = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
const settings = {
  connection: { port, host: '127.0.0.1' },
  concurrency: 5,
  lockDuration: 2000,
  stalledInterval: 1000,
  maxStalledCount: 10,
};

const worker = new Worker(
  'naive-zombie',
  async (job) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await counters.hincrby('naive-zombie-runs', String(job.id), 1);
  },
  settings,
);
worker.on('error', () => undefined);
void worker.waitUntilReady().then(() => process.stdout.write('{"msg":"ready"}\n'));
