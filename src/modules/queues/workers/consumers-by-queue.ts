import { consumedQueue, JobConsumer } from '../job-consumer.js';
import { queueNames, type QueueName } from '../job-types.js';

/** The part of Nest's provider wrapper that is looked at. */
export interface Provider {
  readonly instance: unknown;
}

/** The consumer of each queue. */
export type Consumers = { readonly [N in QueueName]: JobConsumer<N> };

/** Finds the one consumer of each queue. Throws one message that names every queue with none or several. */
export function consumersByQueue(providers: readonly Provider[]): Consumers {
  const wrong = queueNames.flatMap((name) => complaint(name, consumersOf(name, providers)));
  if (wrong.length > 0) throw new Error(`Queues cannot start: ${wrong.join('; ')}.`);
  return {
    persistence: theConsumerOf('persistence', providers),
    receipts: theConsumerOf('receipts', providers),
    'dead-letters': theConsumerOf('dead-letters', providers),
    maintenance: theConsumerOf('maintenance', providers),
  };
}

function complaint(name: QueueName, consumers: ReadonlyArray<JobConsumer<QueueName>>): string[] {
  if (consumers.length === 1) return [];
  if (consumers.length === 0) return [`queue "${name}" has no consumer (a class with @Consumes('${name}'))`];
  return [`queue "${name}" has ${consumers.length} consumers (${consumers.map((consumer) => consumer.constructor.name).join(', ')})`];
}

function theConsumerOf<N extends QueueName>(name: N, providers: readonly Provider[]): JobConsumer<N> {
  const [consumer] = consumersOf(name, providers);
  if (consumer === undefined) throw new Error(`queue "${name}" has no consumer`);
  return consumer;
}

/** One class provided by two modules is two instances: both would be started, so both count. */
function consumersOf<N extends QueueName>(name: N, providers: readonly Provider[]): Array<JobConsumer<N>> {
  const found = new Set<JobConsumer<N>>();
  for (const { instance } of providers) {
    if (instance instanceof JobConsumer && Reflect.getMetadata(consumedQueue, instance.constructor) === name) found.add(instance);
  }
  return [...found];
}
