import { Logger } from '@nestjs/common';
import { type Job, UnrecoverableError } from 'bullmq';
import { JobConsumer, PermanentJobError, Processor } from './job-consumer.js';
import type { Jobs } from './job-types.js';

class Consumer extends JobConsumer<'persistence'> {
  readonly failed: string[] = [];
  constructor(private readonly work: () => Promise<void>) {
    super();
  }
  perform(): Promise<void> {
    return this.work();
  }
  override async onFailed(_data: Jobs['persistence'], _job: object, error: Error): Promise<void> {
    this.failed.push(error.message);
  }
}

beforeAll(() => Logger.overrideLogger(false));

/** The fields of BullMQ's job that are read. */
function jobWith(data: unknown, attemptsMade: number): Job<Jobs['persistence'], unknown> {
  return Object.assign(Object.create(null), {
    id: '1',
    queueName: 'persistence',
    name: 'persist-shard',
    data,
    attemptsMade,
    opts: { attempts: 3 },
    timestamp: 0,
  });
}

const run = (consumer: Consumer, job: Job<Jobs['persistence'], unknown>) => consumer.process(job);
const failing = (error: Error) => new Consumer(() => Promise.reject(error));

test('a failed run is repeated, and the consumer hears only of the last one', async () => {
  const consumer = failing(new Error('away'));
  await expect(run(consumer, jobWith({ shard: 1 }, 0))).rejects.toThrow('away');
  expect(consumer.failed).toEqual([]);
  await expect(run(consumer, jobWith({ shard: 1 }, 2))).rejects.toThrow('away');
  expect(consumer.failed).toEqual(['away']);
});

test('a permanent error ends the job at its first run', async () => {
  const consumer = failing(new PermanentJobError('no such thing'));
  await expect(run(consumer, jobWith({ shard: 1 }, 0))).rejects.toBeInstanceOf(UnrecoverableError);
  expect(consumer.failed).toEqual(['no such thing']);
});

test('data that does not fit the queue fails at once and never reaches the consumer', async () => {
  const consumer = new Consumer(() => Promise.reject(new Error('reached')));
  await expect(run(consumer, jobWith({ shard: 'one' }, 0))).rejects.toBeInstanceOf(UnrecoverableError);
});

test('what a database quotes in its error is not stored with the job', async () => {
  const error = Object.assign(new Error('invalid input syntax: "a private word"'), { code: '22P02' });
  const thrown: unknown = await run(failing(error), jobWith({ shard: 1 }, 0)).catch((err: unknown) => err);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown instanceof Error && `${thrown.message} ${thrown.stack}`).not.toContain('private');
});

test('a consumer of another queue does not compile', () => {
  // @ts-expect-error: it performs jobs of `persistence`.
  Processor('receipts')(Consumer);
});

test('BullMQ passes its signal on, which it does only where `process` has three parameters', () => {
  expect(failing(new Error('')).process).toHaveLength(3);
});

test('the dashboard shows how long a job waited and ran, beside what its consumer reports', async () => {
  class Reporting extends JobConsumer<'persistence'> {
    async perform() {
      return { entries: 12 };
    }
  }
  const job = Object.assign(jobWith({ shard: 1 }, 0), { timestamp: 1_000, delay: 200, processedOn: 1_500 });
  expect(await new Reporting().process(job)).toEqual({ entries: 12, waitedMs: 300, ranMs: expect.any(Number) });
});
