import type { Tally } from './findings.js';
import type { RecipientHistory, Sighting } from './history.js';
import type { Known } from './known.js';

/** Compares the messages that one member saw of one conversation with those acknowledged and those stored. */
export function checkRecipient(history: RecipientHistory, known: Known, tally: Tally): void {
  const { recipient, conversationId, fromSeq } = history;
  const seen = see(history, tally);
  const stored = known.storedBySeq.get(conversationId) ?? new Map<number, Sighting>();
  for (const [seq, id] of seen.idBySeq) {
    const row = stored.get(seq);
    if (row === undefined) tally.add('abortedReads', () => `${recipient} saw ${conversationId} seq ${seq}, which is not in the database`);
    else if (row.id !== id)
      tally.add('disagreement', () => `${recipient} saw another message than the database has at ${conversationId} seq ${seq}`);
  }
  for (const token of seen.seqByToken.keys()) {
    const outcome = known.outcomes.get(token);
    if (outcome === undefined || outcome === 'refused')
      tally.add('unexpected', () => `${recipient} saw ${token}: ${outcome ?? 'never sent'}`);
  }
  let last = 0;
  for (const seq of seen.idBySeq.keys()) last = Math.max(last, seq);
  for (let seq = fromSeq; seq < last; seq += 1)
    if (!seen.idBySeq.has(seq)) tally.add('gaps', () => `${recipient} never saw ${conversationId} seq ${seq}, but saw ${last}`);
  for (const operation of known.byConversation.get(conversationId) ?? []) {
    if (known.outcomes.get(operation.token) !== 'acked' || seen.seqByToken.has(operation.token)) continue;
    const seq = operation.attempts.find((attempt) => attempt.outcome === 'acked')?.seq ?? fromSeq;
    if (seq >= fromSeq) tally.add('lost', () => `${operation.token} was acknowledged but never shown to ${recipient}`);
  }
}

interface Seen {
  readonly idBySeq: ReadonlyMap<number, string>;
  readonly seqByToken: ReadonlyMap<string, number>;
}

/** The same message with the same number may be shown again. A violation is a second number for it, or a second message for the number. */
function see({ recipient, shown }: RecipientHistory, tally: Tally): Seen {
  const idBySeq = new Map<number, string>();
  const seqByToken = new Map<string, number>();
  for (const { seq, id, token } of shown) {
    const idBefore = idBySeq.get(seq);
    if (idBefore !== undefined && idBefore !== id) tally.add('disagreement', () => `${recipient} saw two messages as seq ${seq}`);
    idBySeq.set(seq, id);
    if (token === null) continue;
    const seqBefore = seqByToken.get(token);
    if (seqBefore !== undefined && seqBefore !== seq)
      tally.add('duplicated', () => `${recipient} saw ${token} as seq ${seqBefore} and ${seq}`);
    seqByToken.set(token, seq);
  }
  return { idBySeq, seqByToken };
}
