import type { Attempt } from '../checker/history.js';
import { Random } from '../../support/random.js';
import { OperationLog } from './operation-log.js';
import { ReceiptLog } from './receipt-log.js';
import { ShownList } from './shown-list.js';

const id = '01a1f912-d3a3-7533-b217-3c368f914ffc';

function attempt(fields: Partial<Attempt>): Attempt {
  return { node: 'http://n', via: 'socket', askedAt: 1.25, endedAt: 2.5, outcome: 'acked', isReplay: false, ...fields };
}

test('every attempt of every operation can be read back by conversation', () => {
  const log = new OperationLog();
  const random = new Random(1);
  const [first, second, third] = [log.open('a', 'ada', random), log.open('b', 'ben', random), log.open('a', 'ada', random)];
  log.close(second, attempt({ seq: 1, id }));
  log.close(first, attempt({ outcome: 'unknown', code: 'read ECONNRESET', via: 'rest' }));
  log.close(first, attempt({ seq: 7, id, isReplay: true }));
  log.close(third, attempt({ outcome: 'refused', code: 'forbidden' }));
  expect(log.operationsOf('a')).toEqual([
    {
      ...{ token: 'op-0', conversationId: 'a', senderId: 'ada' },
      attempts: [
        attempt({ outcome: 'unknown', code: 'read ECONNRESET', via: 'rest' }),
        attempt({ seq: 7, id: '3c368f914ffc', isReplay: true }),
      ],
    },
    { token: 'op-2', conversationId: 'a', senderId: 'ada', attempts: [attempt({ outcome: 'refused', code: 'forbidden' })] },
  ]);
  expect(log.operationsOf('b')).toHaveLength(1);
  expect([log.acked, log.attempts.failures()]).toEqual([2, { 'read ECONNRESET': 1, forbidden: 1 }]);
});

test.each([0, 1])('client ids are distinct UUIDs of the right version (share of version 4: %i)', (share) => {
  const log = new OperationLog(share);
  const random = new Random(2);
  const ids = Array.from({ length: 500 }, () => log.open('a', 'ada', random).clientId);
  expect(new Set(ids).size).toBe(500);
  for (const one of ids)
    expect(one).toMatch(
      share === 1 ? /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/ : /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab]/,
    );
});

test('a message is recognised by its text, or by its client id once the text is deleted; a foreign message is not', () => {
  const log = new OperationLog();
  const { clientId } = log.open('a', 'ada', new Random(3));
  expect([log.tokenOf('op-0 hello', 'other'), log.tokenOf(null, clientId), log.tokenOf('edited', clientId)]).toEqual([
    'op-0',
    'op-0',
    'op-0',
  ]);
  expect([log.tokenOf('hello', id), log.tokenOf('hello', 'other')]).toEqual([null, null]);
});

test('shown messages are read back in order, including repeats and foreign messages', () => {
  const shown = new ShownList('a');
  const at = (seq: number, token: string | null) => ({ conversationId: 'a', seq, id: '3c368f914ffc', token });
  const all = [at(2, 'op-900000'), at(1, null), at(2, 'op-900000')];
  for (const one of all) shown.push(one);
  expect([...shown]).toEqual(all);
});

test('a cursor that moves back is kept for the checker, and one that moves forward is only counted', () => {
  const receipts = new ReceiptLog();
  const cursor = (deliveredSeq: number, readSeq: number) => ({ observer: 'o', conversationId: 'a', userId: 'u', deliveredSeq, readSeq });
  for (const one of [cursor(1, 1), cursor(3, 1), cursor(3, 0)]) receipts.push(one);
  expect(receipts).toMatchObject({ received: 3, kept: [cursor(3, 1), cursor(3, 0)] });
});
