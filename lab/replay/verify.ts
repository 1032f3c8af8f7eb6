import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../contracts/messages/schemas.js';
import type { UserId } from '../../contracts/primitives.js';
import type { Observer } from './observer.js';
import type { Acknowledged, Outgoing } from './participant.js';

/** One message of the file: the content to send, its sender, and the acknowledged message. */
export interface SentMessage {
  readonly line: number;
  readonly senderId: UserId;
  readonly outgoing: Outgoing;
  readonly acknowledged: Acknowledged;
}

/** Compares history with the sent messages; returns one sentence per difference. `isSequential`: `seq` must follow the order of the file. */
export function verifyHistory(sent: readonly SentMessage[], history: readonly Message[], isSequential: boolean): string[] {
  const differences = [...verifyDense(history), ...verifyOrder(sent, isSequential)];
  if (history.length !== sent.length) differences.push(`history holds ${history.length} messages, ${sent.length} were acknowledged`);
  const byClientId = new Map<string, Message[]>();
  for (const message of history) byClientId.set(message.clientId, [...(byClientId.get(message.clientId) ?? []), message]);
  for (const one of sent) {
    const found = byClientId.get(one.outgoing.clientId) ?? [];
    byClientId.delete(one.outgoing.clientId);
    if (found.length > 1) differences.push(`line ${one.line}: duplicated: seq ${found.map(({ seq }) => seq).join(' and ')}`);
    const [message] = found;
    differences.push(
      ...(message
        ? compareMessage(one, message)
        : [`line ${one.line}: lost: acknowledged as seq ${one.acknowledged.message.seq}, not in history`]),
    );
  }
  for (const [strange] of byClientId.values()) if (strange) differences.push(`seq ${strange.seq}: was never sent: "${strange.text}"`);
  return differences;
}

/** Every observer must end with exactly the messages of history, received live and in order while its connection lasted. */
export function verifyObserver(observer: Observer, history: readonly Message[], isStrict: boolean): string[] {
  const differences = [...observer.problems];
  const { counts, messages, name } = observer;
  if (messages.size !== history.length) differences.push(`${name}: has ${messages.size} messages, history has ${history.length}`);
  for (const message of history) {
    const seen = messages.get(message.seq);
    if (!seen) differences.push(`${name}: has no seq ${message.seq}`);
    else if (!isSameMessage(seen, message)) differences.push(`${name}: seq ${message.seq} is "${seen.text}", in history "${message.text}"`);
  }
  if (isStrict && counts.outOfOrder > 0) differences.push(`${name}: ${counts.outOfOrder} live messages arrived out of order`);
  if (isStrict && counts.duplicates > 0) differences.push(`${name}: ${counts.duplicates} live messages arrived twice`);
  if (isStrict && counts.connections === 1 && counts.synced > 0)
    differences.push(`${name}: ${counts.synced} messages did not arrive live although the connection lasted`);
  return differences;
}

function verifyDense(history: readonly Message[]): string[] {
  const index = history.findIndex((message, position) => message.seq !== position + 1);
  return index === -1 ? [] : [`seq is not dense: position ${index + 1} holds seq ${history[index]?.seq}`];
}

function verifyOrder(sent: readonly SentMessage[], isSequential: boolean): string[] {
  const differences: string[] = [];
  const lastSeqOf = new Map<string, number>();
  for (const { line, senderId, acknowledged } of sent) {
    const lane = isSequential ? 'file' : senderId;
    const lastSeq = lastSeqOf.get(lane) ?? 0;
    const { seq } = acknowledged.message;
    if (seq <= lastSeq) differences.push(`line ${line}: seq ${seq} after seq ${lastSeq}: not in the order it was sent`);
    lastSeqOf.set(lane, seq);
  }
  return differences;
}

function compareMessage({ line, senderId, outgoing, acknowledged }: SentMessage, message: Message): string[] {
  const differences: string[] = [];
  const expect = (what: string, given: unknown, wanted: unknown): void => {
    if (!isDeepStrictEqual(given, wanted))
      differences.push(`line ${line}: ${what} is ${JSON.stringify(given)}, expected ${JSON.stringify(wanted)}`);
  };
  expect(
    'text',
    Buffer.from(message.text ?? '').toString('hex') === Buffer.from(outgoing.text).toString('hex') ? outgoing.text : message.text,
    outgoing.text,
  );
  expect('sender', message.senderId, senderId);
  expect('replyTo', message.replyTo, outgoing.replyTo);
  expect('metadata', message.metadata, outgoing.isAction ? { action: true } : {});
  expect('seq', message.seq, acknowledged.message.seq);
  expect('id', message.id, acknowledged.message.id);
  expect('createdAt', message.createdAt, acknowledged.message.createdAt);
  expect('acknowledged text', acknowledged.message.text, outgoing.text);
  return differences;
}

function isSameMessage(one: Message, other: Message): boolean {
  const keys = ['id', 'seq', 'rev', 'clientId', 'senderId', 'text', 'replyTo', 'metadata', 'createdAt', 'deletedAt'] as const;
  return keys.every((key) => isDeepStrictEqual(one[key], other[key]));
}
