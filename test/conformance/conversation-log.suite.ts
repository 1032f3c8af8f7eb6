import { describeConcurrency } from './log/concurrency.semantics.js';
import type { CreateLogStore } from './log/log-scene.js';
import { describeModel } from './log/model.semantics.js';
import { describeNumbering } from './log/numbering.semantics.js';
import { describeOutbox } from './log/outbox.semantics.js';
import { describeReading } from './log/reading.semantics.js';

/**
 * What every adapter of the conversation log promises. An adapter gives a factory of empty stores and passes, unchanged;
 * nothing in here knows which adapter it talks to. `nodes: 'one'`: only one process writes at a time.
 */
export function describeConversationLog(
  name: string,
  createStore: CreateLogStore,
  options: { readonly nodes?: 'one' | 'several' } = {},
): void {
  describe(`the conversation log on ${name}`, () => {
    describe('numbers', () => describeNumbering(createStore));
    describe('reading', () => describeReading(createStore));
    describe('the outbox', () => describeOutbox(createStore));
    if (options.nodes !== 'one') describe('several nodes', () => describeConcurrency(createStore));
    describe('against a model', () => describeModel(createStore));
  });
}
