import { newId } from '#platform/ids.js';
import type { ConversationId } from '#contracts/primitives.js';
import { workerOptionsOf } from '../../src/modules/queues/infra/bullmq-options.js';
import { ParleyWorker } from '../../src/modules/queues/infra/parley-worker.js';
import { RedisQueueStore } from '../../src/modules/queues/infra/redis-queue-store.js';
import { queuesOn, workerCloseTimeoutMs } from '../support/queues.js';
import { redisNodes } from '../support/redis-nodes.js';
import { until } from '../support/until.js';

const nodes = redisNodes();
/** Milliseconds; longer than a worker blocks at a time, like the backoff of a job that has failed often. */
const delay = 11_000;

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it('runs a job on time that is due after the blocking read of a worker ends', async () => {
  const store = new RedisQueueStore(nodes.first(), workerCloseTimeoutMs);
  const queues = queuesOn(store);
  const ranAt: number[] = [];
  const process = async () => void ranAt.push(performance.now());
  const worker = new ParleyWorker('dead-letters', process, { ...workerOptionsOf('dead-letters'), connection: store });
  closing.push(
    () => worker.close(true),
    () => queues.onApplicationShutdown(),
  );
  void worker.run();
  const addedAt = performance.now();
  const data = { conversationId: newId<ConversationId>(), rev: 1, kind: 'message.created', reason: 'a test' };
  await queues.get('dead-letters').addBulk([{ name: 'retry-entry', data, opts: { delay } }]);
  await until('it has run', () => ranAt.length > 0, { timeoutMs: 2 * delay });
  expect((ranAt[0] ?? 0) - addedAt).toBeGreaterThan(delay - 100);
  expect((ranAt[0] ?? 0) - addedAt).toBeLessThan(delay + 4000);
}, 30_000);
