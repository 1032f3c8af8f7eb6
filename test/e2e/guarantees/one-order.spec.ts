import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';

const perSender = 60;

test('all members see one order without gaps, with many senders over REST, batches and sockets at once', async () => {
  const people = await guests(6);
  const conversation = await makeConversation(itemAt(people, 0), people.slice(1));
  const sockets = await Promise.all(people.map((one) => connect(one)));
  const sent = (await Promise.all(people.map((one, index) => talk(one, itemAt(sockets, index), conversation.id, index)))).flat();
  const total = people.length * perSender;
  const expected = Array.from({ length: total }, (_, index) => index + 1);
  for (const socket of sockets)
    await socket.events.waitForCount('message.created', total, (payload) => payload.conversationId === conversation.id, 15_000);
  const history = await readAll(itemAt(people, 3), conversation.id);
  expect(history.map((message) => message.seq)).toEqual(expected);
  expect(history.map((message) => message.clientId).sort()).toEqual([...sent].sort());
  for (const socket of sockets) {
    const live = socket.of('message.created').filter((payload) => payload.conversationId === conversation.id);
    expect(live.map((payload) => [payload.seq, payload.clientId])).toEqual(history.map((message) => [message.seq, message.clientId]));
    expect(live.map((payload) => payload.rev)).toEqual(history.map((message) => message.rev));
  }
  // The messages of each sender keep the order in which they were sent.
  for (const one of people) {
    const texts = history.filter((message) => message.senderId === one.userId).map((message) => Number(message.text));
    expect(texts).toEqual([...texts].sort((a, b) => a - b));
  }
});

test('messages sent in a row over one socket keep their order, even the first ones of a member that is in no cache yet', async () => {
  const people = await guests(6);
  const conversation = await makeConversation(itemAt(people, 0), people.slice(1));
  for (const one of people.slice(1)) {
    const socket = await connect(one);
    const texts = Array.from({ length: 40 }, (_, index) => `${one.userId} ${index}`);
    const sends = texts.map((text) => socket.ok('message.send', { conversationId: conversation.id, clientId: randomUUID(), text }));
    const seqs = (await Promise.all(sends)).map((message) => message.seq);
    expect(seqs).toEqual(seqs.map((_, index) => itemAt(seqs, 0) + index));
  }
});

/** Sends `perSender` messages with numbers as texts: a third of the users over REST, a third in batches, a third over sockets. */
async function talk(sender: Person, socket: TestSocket, conversationId: string, way: number): Promise<string[]> {
  const messages = Array.from({ length: perSender }, (_, index) => ({ clientId: randomUUID(), text: String(index) }));
  if (way % 3 === 1) {
    for (let start = 0; start < perSender; start += 10) {
      (
        await api(sender).call('message.sendBatch', { params: { conversationId }, body: { messages: messages.slice(start, start + 10) } })
      ).ok(201);
    }
  } else if (way % 3 === 2) {
    await Promise.all(messages.map((message) => socket.ok('message.send', { conversationId, ...message })));
  } else {
    for (const body of messages) (await api(sender).call('message.send', { params: { conversationId }, body })).ok(201);
  }
  return messages.map((message) => message.clientId);
}
