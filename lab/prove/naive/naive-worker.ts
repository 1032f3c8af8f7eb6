import { Redis } from 'ioredis';
import { Worker } from 'bullmq';

// A first draft of a worker: BullMQ's defaults except for a short lock, and a job that increments a counter. Argument: the port of Redis.
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
