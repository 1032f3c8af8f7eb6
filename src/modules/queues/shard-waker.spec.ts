import { Logger } from '@nestjs/common';
import { QueueProducer } from './queue-producer.js';
import { ShardWaker } from './shard-waker.js';
import type { Queues } from './queues.js';

class RecordingProducer extends QueueProducer {
  readonly calls: number[][] = [];
  failures = 0;
  inFlight = 0;
  inFlightMost = 0;

  override async addBulk(...[, jobs]: Parameters<QueueProducer['addBulk']>): Promise<void> {
    this.inFlight += 1;
    this.inFlightMost = Math.max(this.inFlightMost, this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.inFlight -= 1;
    if (this.failures-- > 0) throw new Error('the store is away');
    this.calls.push(jobs.map((job) => Number(Reflect.get(job.data, 'shard'))));
  }
}

function setUp() {
  const producer = new RecordingProducer({} as Queues);
  return { producer, waker: new ShardWaker(producer) };
}

beforeAll(() => Logger.overrideLogger(false));

test('wakes of one turn make one call that has each shard once', async () => {
  const { producer, waker } = setUp();
  for (let i = 0; i < 1000; i++) waker.wakeShard(i % 4);
  await waker.whenIdle();
  expect(producer.calls).toEqual([[0, 1, 2, 3]]);
});

test('a wake while a call is in flight makes one more call, and never two calls at once', async () => {
  const { producer, waker } = setUp();
  waker.wakeShard(1);
  await new Promise((resolve) => setTimeout(resolve, 1));
  for (let i = 0; i < 100; i++) waker.wakeShard(1);
  await waker.whenIdle();
  expect(producer.calls).toEqual([[1], [1]]);
  expect(producer.inFlightMost).toBe(1);
});

test('a wake right after the last call ended is not lost', async () => {
  const { producer, waker } = setUp();
  for (let round = 0; round < 5; round++) {
    waker.wakeShard(round);
    await waker.whenIdle();
  }
  expect(producer.calls.flat()).toEqual(Array.from({ length: 5 }, (_, i) => i));
});

test('shards whose call failed are retried, together with the shards that were woken meanwhile', async () => {
  const { producer, waker } = setUp();
  producer.failures = 2;
  waker.wakeShard(3);
  await new Promise((resolve) => setTimeout(resolve, 10));
  waker.wakeShard(5);
  await waker.whenIdle();
  expect([...new Set(producer.calls.flat())].sort()).toEqual([3, 5]);
});

test('busy shards take turns: at most two jobs of each a second, and not all at once', async () => {
  const { producer, waker } = setUp();
  const shards = [0, 1, 2, 3];
  const startedAt = performance.now();
  while (performance.now() - startedAt < 2500) {
    for (const shard of shards) waker.wakeShard(shard);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await waker.whenIdle();
  const [first, ...later] = producer.calls;
  expect(first).toEqual(shards);
  for (const shard of shards) expect(later.flat().filter((one) => one === shard).length).toBeLessThanOrEqual(7);
  for (const shard of shards) expect(later.flat().filter((one) => one === shard).length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...later.map((call) => call.length))).toBeLessThan(shards.length);
});
