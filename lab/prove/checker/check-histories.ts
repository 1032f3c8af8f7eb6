import { checkReceipts } from './check-receipts.js';
import { checkRecipient } from './check-recipient.js';
import { type Findings, Tally } from './findings.js';
import { type Histories, outcomeOf, type SendOperation, type Sighting } from './history.js';
import { bySeq, groupBy, type Known } from './known.js';

/**
 * Compares the acks of senders, the messages shown to every recipient and the contents of storage, as Jepsen's total-queue
 * checker does. Pure: the same histories give the same findings.
 */
export function checkHistories(histories: Histories): Findings {
  const tally = new Tally();
  const known = know(histories, tally);
  checkStored(known, tally);
  checkAcks(known, tally);
  checkReadBack(histories.readBack, known, tally);
  for (const recipient of histories.recipients) checkRecipient(recipient, known, tally);
  for (const operations of known.byConversation.values()) checkRealTimeOrder(operations, known, tally);
  checkReceipts(histories.receipts, tally);
  return { ...countOutcomes(histories.operations, known), ...tally.zeros(), stored: histories.stored.length, examples: tally.examples };
}

function know({ operations, stored }: Histories, tally: Tally): Known {
  const byToken = new Map(operations.map((operation) => [operation.token, operation]));
  const rows = groupBy(stored, (row) => row.conversationId);
  const storedBySeq = new Map([...rows].map(([id, all]) => [id, bySeq(all)]));
  for (const [id, all] of rows) {
    const distinct = storedBySeq.get(id)?.size ?? 0;
    for (let extra = distinct; extra < all.length; extra += 1) tally.add('duplicated', () => `${id} has a seq twice in the database`);
  }
  return {
    byToken,
    outcomes: new Map(operations.map((operation) => [operation.token, outcomeOf(operation)])),
    byConversation: groupBy(operations, (operation) => operation.conversationId),
    storedByToken: groupBy(
      stored.filter((row) => row.token !== null),
      (row) => row.token ?? '',
    ),
    storedBySeq,
  };
}

function checkStored(known: Known, tally: Tally): void {
  for (const [token, rows] of known.storedByToken) {
    const outcome = known.outcomes.get(token);
    if (outcome === undefined) tally.add('unexpected', () => `${token} is stored and was never sent`);
    if (outcome === 'refused') tally.add('unexpected', () => `${token} is stored and was refused`);
    for (const row of rows.slice(1)) tally.add('duplicated', () => `${token} is stored at seq ${rows[0]?.seq ?? 0} and ${row.seq}`);
  }
  for (const [id, rows] of known.storedBySeq) {
    let expected = 1;
    for (const seq of [...rows.keys()].sort((a, b) => a - b)) {
      for (; expected < seq; expected += 1) tally.add('gaps', () => `${id} has no seq ${expected} in the database`);
      expected = seq + 1;
    }
  }
}

function checkAcks(known: Known, tally: Tally): void {
  for (const operation of known.byToken.values()) {
    const acks = operation.attempts.filter((attempt) => attempt.outcome === 'acked');
    if (acks.length === 0) continue;
    const rows = known.storedByToken.get(operation.token) ?? [];
    if (rows.length === 0) tally.add('lost', () => `${operation.token} was acknowledged but is not in the database`);
    for (const ack of acks) {
      if (rows.length === 0 || ack.seq === undefined) continue;
      if (rows.some((row) => row.seq === ack.seq && row.id === ack.id)) continue;
      tally.add('disagreement', () => `${operation.token} was acknowledged as seq ${ack.seq} and is stored as ${rows[0]?.seq ?? 0}`);
    }
  }
}

function checkReadBack(readBack: readonly Sighting[], known: Known, tally: Tally): void {
  const pages = new Map([...groupBy(readBack, (one) => one.conversationId)].map(([id, all]) => [id, bySeq(all)]));
  for (const [id, rows] of known.storedBySeq) {
    const page = pages.get(id);
    // Only conversations that were read back can be compared.
    if (page === undefined) continue;
    for (const row of rows.values()) {
      const read = page.get(row.seq);
      if (read === undefined) tally.add('lost', () => `${row.token ?? row.id} is in the database but not in REST history`);
      else if (read.id !== row.id) tally.add('disagreement', () => `REST history and the database differ at ${id} seq ${row.seq}`);
    }
    for (const read of page.values())
      if (!rows.has(read.seq)) tally.add('abortedReads', () => `REST history has ${id} seq ${read.seq}, but the database does not`);
  }
}

/** A send that begins after the ack of another gets a higher number, so that numbers agree with the clock. */
function checkRealTimeOrder(operations: readonly SendOperation[], known: Known, tally: Tally): void {
  const asked: Array<{ at: number; seq: number; token: string }> = [];
  const acked: Array<{ at: number; seq: number; token: string }> = [];
  for (const { token, attempts } of operations) {
    const seq = known.storedByToken.get(token)?.[0]?.seq;
    if (seq === undefined) continue;
    const first = attempts[0];
    if (first !== undefined) asked.push({ at: first.askedAt, seq, token });
    const ack = attempts.find((attempt) => attempt.outcome === 'acked');
    if (ack !== undefined) acked.push({ at: ack.endedAt, seq, token });
  }
  asked.sort((a, b) => a.at - b.at);
  acked.sort((a, b) => a.at - b.at);
  let next = 0;
  let newest = { seq: 0, token: '' };
  for (const one of asked) {
    for (let ack = acked[next]; ack !== undefined && ack.at < one.at; ack = acked[++next]) if (ack.seq > newest.seq) newest = ack;
    const before = newest;
    if (before.seq > one.seq)
      tally.add('outOfOrder', () => `${before.token} was acknowledged before ${one.token} was sent: seq ${before.seq}, ${one.seq}`);
  }
}

function countOutcomes(operations: readonly SendOperation[], known: Known) {
  const count = { attempted: operations.length, attempts: 0, acked: 0, refused: 0, unknown: 0, recovered: 0 };
  for (const operation of operations) {
    const outcome = known.outcomes.get(operation.token) ?? 'unknown';
    count[outcome] += 1;
    count.attempts += operation.attempts.length;
    const isReplay = operation.attempts.some((attempt) => attempt.outcome === 'acked' && attempt.isReplay === true);
    if ((outcome === 'unknown' && known.storedByToken.has(operation.token)) || isReplay) count.recovered += 1;
  }
  return count;
}
