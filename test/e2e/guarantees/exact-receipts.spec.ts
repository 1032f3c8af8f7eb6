import { api } from '../../support/api.js';
import type { Person } from '../../support/people.js';
import { say, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

async function receipts(owner: Person, conversationId: string, seq: number): Promise<{ delivered: string[]; read: string[] }> {
  const { delivered, read } = (await api(owner).call('message.receipts', { params: { conversationId, seq } })).ok(200);
  return { delivered: delivered.map((one) => one.userId), read: read.map((one) => one.userId) };
}

async function read(person: Person, conversationId: string, readSeq: number): Promise<void> {
  (await api(person).call('receipt.put', { params: { conversationId }, body: { readSeq } })).ok(200);
}

async function add(owner: Person, conversationId: string, person: Person): Promise<void> {
  (await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [person.userId] } })).ok(200);
}

async function remove(owner: Person, conversationId: string, person: Person): Promise<void> {
  (await api(owner).call('member.remove', { params: { conversationId, userId: person.userId } })).ok(204);
}

/** Waits until exactly these people are marked as having received the message. */
async function deliveredTo(owner: Person, conversationId: string, seq: number, people: readonly Person[]): Promise<void> {
  const expected = people.map((person) => person.userId).sort();
  await until(`message ${seq} is delivered to ${people.length}`, async () => {
    const { delivered } = await receipts(owner, conversationId, seq);
    return delivered.sort().join(' ') === expected.join(' ');
  });
}

test('a message that reaches a member over a socket is marked as delivered without a call of the client', async () => {
  const { owner, member, conversationId } = await scene();
  const [sending, receiving] = [await connect(owner), await connect(member)];
  const { seq } = await say(owner, conversationId, 'over the socket');
  await receiving.waitFor('message.created', (payload) => payload.seq === seq && payload.conversationId === conversationId);
  const advanced = await sending.waitFor('receipt.advanced', (payload) => payload.conversationId === conversationId);
  expect(advanced).toMatchObject({ userId: member.userId, deliveredSeq: seq, readSeq: 0 });
  await deliveredTo(owner, conversationId, seq, [member]);
  expect((await receipts(owner, conversationId, seq)).read).toEqual([]);
});

test('a message to a member without a socket is not marked as delivered, and is once they catch up', async () => {
  const { owner, member, stranger, conversationId } = await scene();
  await add(owner, conversationId, stranger);
  const { epoch, rev } = (await api(member).call('conversation.get', { params: { conversationId } })).ok(200);
  const witness = await connect(stranger);
  const { seq } = await say(owner, conversationId, 'nobody is at home');
  await witness.waitFor('message.created', (payload) => payload.conversationId === conversationId);
  await deliveredTo(owner, conversationId, seq, [stranger]);
  const socket = await connect(member);
  await socket.barrier();
  await deliveredTo(owner, conversationId, seq, [stranger]);
  await socket.ok('conversation.sync', { conversations: [{ id: conversationId, epoch, rev }] });
  await deliveredTo(owner, conversationId, seq, [member, stranger]);
});

test('the sender of a message is never listed as having received it', async () => {
  const { owner, member, conversationId } = await scene();
  const sockets = [await connect(owner), await connect(member)];
  const [first, second] = [await say(owner, conversationId, 'mine'), await say(member, conversationId, 'theirs')];
  for (const socket of sockets) await socket.waitFor('message.created', (payload) => payload.seq === second.seq);
  await deliveredTo(owner, conversationId, first.seq, [member]);
  await deliveredTo(owner, conversationId, second.seq, [owner]);
});

test('a member who joins later never appears in the receipts of older messages', async () => {
  const { owner, member, stranger, conversationId } = await scene();
  await add(owner, conversationId, stranger);
  const newer = await say(owner, conversationId, 'since they joined');
  await read(member, conversationId, newer.seq);
  await read(stranger, conversationId, newer.seq);
  expect(await receipts(owner, conversationId, 1)).toEqual({ delivered: [member.userId], read: [member.userId] });
  await until('the moves are stored', async () => {
    const found = await receipts(owner, conversationId, newer.seq);
    return found.read.length === 2 && found.delivered.length === 2;
  });
  expect(await receipts(owner, conversationId, 1)).toEqual({ delivered: [member.userId], read: [member.userId] });
});

test('a member who leaves and comes back keeps the receipts of what they received before, with their times, and gets none for the absence', async () => {
  const { owner, member, conversationId } = await scene();
  await read(member, conversationId, 1);
  const times = async () => (await api(owner).call('message.receipts', { params: { conversationId, seq: 1 } })).ok(200);
  const before = await times();
  expect(before.read.map((one) => one.userId)).toEqual([member.userId]);
  await remove(owner, conversationId, member);
  expect(await times()).toEqual(before);
  const missed = await say(owner, conversationId, 'during the absence');
  await add(owner, conversationId, member);
  const after = await say(owner, conversationId, 'since the return');
  await read(member, conversationId, after.seq);
  expect(await receipts(owner, conversationId, after.seq)).toEqual({ delivered: [member.userId], read: [member.userId] });
  expect(await receipts(owner, conversationId, missed.seq)).toEqual({ delivered: [], read: [] });
  expect(await times()).toEqual(before);
});

test('a member who is removed right after a message reached them keeps its receipt', async () => {
  const { owner, member, conversationId } = await scene();
  const socket = await connect(member);
  const { seq } = await say(owner, conversationId, 'the last one');
  await socket.waitFor('message.created', (payload) => payload.seq === seq && payload.conversationId === conversationId);
  await remove(owner, conversationId, member);
  await deliveredTo(owner, conversationId, seq, [member]);
});
