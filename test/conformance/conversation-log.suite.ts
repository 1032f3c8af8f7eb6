import { describeConcurrency } from './log/concurrency.semantics.js';
import type { CreateLogStore } from './log/log-scene.js';
import { describeModel } from './log/model.semantics.js';
import { describeNumbering } from './log/numbering.semantics.js';
import { describeOutbox } from './log/outbox.semantics.js';
import { describeReading } from './log/reading.semantics.js';

/**
 * The promises of every adapter of the conversation log. The suite takes a factory of empty stores and is the same for every
 * adapter. `nodes: 'one'` skips the tests in which several processes write at the same time.
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
