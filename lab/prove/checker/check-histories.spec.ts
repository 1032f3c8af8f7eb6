import { Random } from '../../support/random.js';
import { checkHistories } from './check-histories.js';
import { zeroNames, type ZeroName } from './findings.js';
import type { Attempt, Histories, SendOperation, Sighting } from './history.js';
import { ModelServer, type PlantedBug } from './model-server.js';

function at(seq: number, token: string | null = `t${seq}`, id = `id-${seq}`): Sighting {
  return { conversationId: 'c', seq, id, token };
}

function attempt(fields: Partial<Attempt>): Attempt {
  return { node: 'n', via: 'rest', askedAt: 0, endedAt: 1, outcome: 'acked', ...fields };
}

function sent(seq: number, ...attempts: Array<Partial<Attempt>>): SendOperation {
  const all = attempts.length > 0 ? attempts : [{ seq, id: `id-${seq}`, askedAt: seq * 10, endedAt: seq * 10 + 1 }];
  return { token: `t${seq}`, conversationId: 'c', senderId: 's', attempts: all.map(attempt) };
}

/** Three messages, acknowledged, stored, read back and shown to one member. */
function histories(changes: Partial<Histories> = {}): Histories {
  const all = [at(1), at(2), at(3)];
  const recipients = [{ recipient: 'r', conversationId: 'c', fromSeq: 1, shown: all }];
  return { operations: [sent(1), sent(2), sent(3)], stored: all, readBack: all, recipients, receipts: [], ...changes };
}

function shown(...all: Sighting[]): Partial<Histories> {
  return { recipients: [{ recipient: 'r', conversationId: 'c', fromSeq: 1, shown: all }] };
}

function violations(changes: Partial<Histories>): Partial<Record<ZeroName, number>> {
  const findings = checkHistories(histories(changes));
  return Object.fromEntries(zeroNames.filter((name) => findings[name] > 0).map((name) => [name, findings[name]]));
}

test('a correct history has no violation', () => {
  expect(violations({})).toEqual({});
  expect(checkHistories(histories())).toMatchObject({ attempted: 3, acked: 3, unknown: 0, refused: 0, recovered: 0, stored: 3 });
});

test('an acknowledged message that is not stored is lost, and an aborted read for members who saw it', () => {
  expect(violations({ stored: [at(1), at(2)], readBack: [at(1), at(2)] })).toEqual({ lost: 1, abortedReads: 1 });
});

test('an acknowledged message that a recipient never saw is lost', () => {
  expect(violations(shown(at(1), at(2)))).toEqual({ lost: 1 });
  expect(violations(shown(at(1), at(3)))).toEqual({ lost: 1, gaps: 1 });
});

test('a message that a member may not see is not lost', () => {
  const recipients = [{ recipient: 'r', conversationId: 'c', fromSeq: 3, shown: [at(3)] }];
  expect(violations({ recipients })).toEqual({});
});

test('a stored message that is missing in REST history is lost', () => {
  expect(violations({ readBack: [at(1), at(3)] })).toEqual({ lost: 1 });
});

test('a message with two numbers is duplicated', () => {
  const twice = [at(1), at(2), at(3), at(4, 't3', 'id-4')];
  expect(violations({ stored: twice, readBack: twice, ...shown(...twice) })).toEqual({ duplicated: 2 });
});

test('seeing the same message with the same number twice is no violation', () => {
  expect(violations(shown(at(1), at(2), at(2), at(3), at(1)))).toEqual({});
});

test('two messages with one number disagree', () => {
  expect(violations(shown(at(1), at(2), at(3, 't3', 'other')))).toEqual({ disagreement: 1 });
  expect(violations({ operations: [sent(1), sent(2), sent(3, { seq: 4, id: 'id-3', askedAt: 30, endedAt: 31 })] })).toEqual({
    disagreement: 1,
  });
});

test('a message that was never sent or was refused is unexpected', () => {
  const refused = sent(3, { outcome: 'refused', code: 'forbidden' });
  expect(violations({ operations: [sent(1), sent(2), refused] })).toEqual({ unexpected: 2 });
  expect(violations({ operations: [sent(1), sent(2)] })).toEqual({ unexpected: 2 });
});

test('an unanswered message may be stored or not, and counts as recovered if it is', () => {
  const unanswered = sent(3, { outcome: 'unknown' }, { outcome: 'refused' });
  expect(violations({ operations: [sent(1), sent(2), unanswered] })).toEqual({});
  expect(checkHistories(histories({ operations: [sent(1), sent(2), unanswered] }))).toMatchObject({ unknown: 1, recovered: 1 });
});

test('a missing number in the database is a gap', () => {
  const rows = [at(1), at(3)];
  const operations = [sent(1), sent(3)];
  expect(violations({ operations, stored: rows, readBack: rows, ...shown(...rows) })).toEqual({ gaps: 2 });
});

test('a message that is sent after the ack of another has a higher number', () => {
  const early = sent(3, { seq: 3, id: 'id-3', askedAt: 1, endedAt: 2 });
  expect(violations({ operations: [sent(1), sent(2), early] })).toEqual({ outOfOrder: 2 });
  const overlapping = sent(3, { seq: 3, id: 'id-3', askedAt: 1, endedAt: 100 });
  expect(violations({ operations: [sent(1), sent(2), overlapping] })).toEqual({});
});

test('a cursor that moves back is found for each observer separately', () => {
  const cursor = (observer: string, deliveredSeq: number, readSeq: number) => ({
    observer,
    conversationId: 'c',
    userId: 'u',
    deliveredSeq,
    readSeq,
  });
  expect(violations({ receipts: [cursor('a', 2, 1), cursor('b', 1, 1), cursor('a', 3, 1)] })).toEqual({});
  expect(violations({ receipts: [cursor('a', 2, 1), cursor('a', 2, 0)] })).toEqual({ receiptsBack: 1 });
});

describe('the planted bugs', () => {
  const run = (bug: PlantedBug | null, seed: number) => {
    const server = new ModelServer(new Random(seed), bug);
    for (let sends = 0; sends < 500; sends += 1) server.send();
    return checkHistories(server.histories());
  };
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  test.each(seeds)('without a bug no violation is found, whatever crashes (seed %i)', (seed) => {
    const findings = run(null, seed);
    expect(Object.fromEntries(zeroNames.map((name) => [name, findings[name]]))).toEqual(
      Object.fromEntries(zeroNames.map((name) => [name, 0])),
    );
    expect(findings.recovered).toBeGreaterThan(0);
  });

  test.each(seeds)('delivery and ack before the commit are found (seed %i)', (seed) => {
    const { lost, abortedReads, disagreement } = run('ack-before-commit', seed);
    expect(lost + abortedReads + disagreement).toBeGreaterThan(0);
  });

  test.each(seeds)('a dedupe that forgets is found (seed %i)', (seed) => {
    expect(run('forgetful-dedupe', seed).duplicated).toBeGreaterThan(0);
  });

  test.each(seeds)('a worker that settles before the insert is found (seed %i)', (seed) => {
    expect(run('confirm-before-insert', seed).lost).toBeGreaterThan(0);
  });
});
