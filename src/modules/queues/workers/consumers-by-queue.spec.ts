import 'reflect-metadata';
import { Consumes, JobConsumer } from '../job-consumer.js';
import { consumersByQueue } from './consumers-by-queue.js';

@Consumes('persistence')
class Persist extends JobConsumer<'persistence'> {
  async perform(): Promise<void> {}
}
@Consumes('receipts')
class Receipts extends JobConsumer<'receipts'> {
  async perform(): Promise<void> {}
}
@Consumes('dead-letters')
class DeadLetters extends JobConsumer<'dead-letters'> {
  async perform(): Promise<void> {}
}
@Consumes('maintenance')
class Maintenance extends JobConsumer<'maintenance'> {
  async perform(): Promise<void> {}
}

const provide = (...instances: unknown[]) => instances.map((instance) => ({ instance }));
const complete = [new Persist(), new Receipts(), new DeadLetters(), new Maintenance()];

test('each queue gets its consumer, and other providers are passed over', () => {
  const consumers = consumersByQueue(provide(null, undefined, 'text', new Date(), ...complete));
  expect(consumers.persistence).toBe(complete[0]);
  expect(consumers.maintenance).toBe(complete[3]);
});

test('a queue without a consumer stops the start and is named', () => {
  expect(() => consumersByQueue(provide(complete[0], complete[2]))).toThrow(
    `Queues cannot start: queue "receipts" has no consumer (a class with @Consumes('receipts')); queue "maintenance" has no consumer (a class with @Consumes('maintenance')).`,
  );
});

test('a queue with two consumers stops the start and names both', () => {
  class Second extends Persist {}
  expect(() => consumersByQueue(provide(...complete, new Second()))).toThrow('queue "persistence" has 2 consumers (Persist, Second)');
});
