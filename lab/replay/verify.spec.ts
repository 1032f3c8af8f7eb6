import { randomUUID } from 'node:crypto';
import type { Message } from '../../contracts/messages/schemas.js';
import { ClientId, ConversationId, MessageId, UserId } from '../../contracts/primitives.js';
import { type SentMessage, verifyHistory } from './verify.js';

const conversationId = ConversationId.parse(randomUUID());
const senders = [UserId.parse(randomUUID()), UserId.parse(randomUUID())] as const;
const createdAt = '2026-01-01T00:00:00.000Z';

function sent(line: number, seq = line + 1): SentMessage {
  const senderId = line % 2 === 0 ? senders[0] : senders[1];
  const outgoing = { clientId: ClientId.parse(randomUUID()), text: `text ${line} Ünï`, replyTo: line > 1 ? 1 : null, isAction: line === 3 };
  const message: Message = {
    id: MessageId.parse(randomUUID()),
    conversationId,
    seq,
    rev: seq,
    clientId: outgoing.clientId,
    senderId,
    text: outgoing.text,
    replyTo: outgoing.replyTo,
    mentions: [],
    reactions: [],
    metadata: outgoing.isAction ? { action: true } : {},
    pinnedAt: null,
    createdAt,
    editedAt: null,
    deletedAt: null,
  };
  return { line, senderId, outgoing, acknowledged: { message, ackMs: 1, isReplay: false } };
}

const talk = [0, 1, 2, 3, 4].map((line) => sent(line));
const history = talk.map(({ acknowledged }) => acknowledged.message);
const changed = (index: number, change: Partial<Message>) =>
  history.map((message, at) => (at === index ? { ...message, ...change } : message));

describe('verifyHistory', () => {
  test('finds no difference in a history that equals the sent messages', () => {
    expect(verifyHistory(talk, history, true)).toEqual([]);
  });

  test.each<[string, Message[], RegExp]>([
    ['a lost message', history.slice(0, 4), /line 4: lost/],
    ['a message that was never sent', [...history, sent(5).acknowledged.message], /seq 6: was never sent/],
    ['a duplicated message', [...history, ...changed(0, { seq: 6 }).slice(0, 1)], /line 0: duplicated: seq 1 and 6/],
    ['a changed text', changed(2, { text: 'text 2 Uni' }), /line 2: text is/],
    ['a text in another normal form', changed(2, { text: 'text 2 Ünï'.normalize('NFD') }), /line 2: text is/],
    ['another sender', changed(1, { senderId: senders[0] }), /line 1: sender is/],
    ['a reply that lost its parent', changed(4, { replyTo: null }), /line 4: replyTo is null/],
    ['a lost action flag', changed(3, { metadata: {} }), /line 3: metadata is/],
    ['a gap in seq', changed(4, { seq: 9 }), /seq is not dense: position 5 holds seq 9/],
    ['another id than the acknowledged one', changed(0, { id: MessageId.parse(randomUUID()) }), /line 0: id is/],
  ])('finds %s', (_, given, difference) => {
    expect(verifyHistory(talk, given, true).join('\n')).toMatch(difference);
  });

  test('sequential sends must keep the order of the file, and parallel sends the order of each sender', () => {
    const crossed = [sent(0, 2), sent(1, 1), sent(2, 3), sent(3, 4), sent(4, 5)];
    const read = crossed.map(({ acknowledged }) => acknowledged.message).sort((one, other) => one.seq - other.seq);
    expect(verifyHistory(crossed, read, true).join('\n')).toMatch(/line 1: seq 1 after seq 2/);
    expect(verifyHistory(crossed, read, false)).toEqual([]);
  });
});
