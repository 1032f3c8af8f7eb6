import { api } from '../../support/api.js';
import type { Person } from '../../support/people.js';
import { readAll, say, scene, type Scene } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';
import { serverUrls } from '../../support/environment.js';
import { isRefused } from '../cases/case.js';

const secret = 'before your time';

async function add(owner: Person, conversationId: string, person: Person): Promise<void> {
  (await api(owner).call('member.add', { params: { conversationId }, body: { userIds: [person.userId] } })).ok(200);
}

async function remove(owner: Person, conversationId: string, person: Person): Promise<void> {
  (await api(owner).call('member.remove', { params: { conversationId, userId: person.userId } })).ok(204);
}

async function setHistory(owner: Person, conversationId: string, historyForNewMembers: 'all' | 'fromJoin'): Promise<void> {
  (await api(owner).call('conversation.patch', { params: { conversationId }, body: { policy: { historyForNewMembers } } })).ok(200);
}

/** Changes the message in every way, and deletes it at last. */
async function changeInEveryWay({ owner, member, conversationId }: Scene, seq: number): Promise<void> {
  const params = { conversationId, seq };
  (await api(owner).call('message.edit', { params, body: { text: `${secret}, edited` } })).ok(200);
  (await api(owner).call('pin.put', { params })).ok(200);
  (await api(member).call('reaction.add', { params: { ...params, emoji: '👍' } })).ok(200);
  (await api(member).call('reaction.remove', { params: { ...params, emoji: '👍' } })).ok(200);
  (await api(owner).call('pin.delete', { params })).ok(200);
  (await api(owner).call('message.delete', { params })).ok(200);
}
const changesInEveryWay = 6;

/** One socket of the person on each node. */
function connectEverywhere(person: Person): Promise<TestSocket[]> {
  return Promise.all(serverUrls().map((url) => connect({ ...person, url })));
}

/** The revisions of the conversation that the socket received, in order. */
function revisionsOf(socket: TestSocket, conversationId: string): number[] {
  return socket.events.all().flatMap(({ payload }) => {
    if (typeof payload !== 'object' || payload === null || !('rev' in payload) || !('conversationId' in payload)) return [];
    return payload.conversationId === conversationId ? [Number(payload.rev)] : [];
  });
}

/** Everything that the socket received about the message with this `seq`. */
function aboutMessage(socket: TestSocket, conversationId: string, seq: number): unknown[] {
  return socket.events.all().filter(({ name, payload }) => {
    if (typeof payload !== 'object' || payload === null || !('conversationId' in payload)) return false;
    return payload.conversationId === conversationId && 'seq' in payload && payload.seq === seq && name !== 'conversation.added';
  });
}

async function receivesOnlyRevisions(setting: Scene, viewer: Person, seq: number): Promise<void> {
  const { owner, conversationId } = setting;
  const sockets = await connectEverywhere(viewer);
  const { rev } = (await api(viewer).call('conversation.get', { params: { conversationId } })).ok(200);
  await changeInEveryWay(setting, seq);
  await say(owner, conversationId, 'for everybody');
  for (const socket of sockets) {
    await socket.waitFor('message.created', (payload) => payload.text === 'for everybody');
    expect(aboutMessage(socket, conversationId, seq)).toEqual([]);
    expect(JSON.stringify(socket.events.all())).not.toContain(secret);
    const expected = Array.from({ length: changesInEveryWay + 1 }, (_, index) => rev + 1 + index);
    expect(revisionsOf(socket, conversationId)).toEqual(expected);
  }
}

test('a new member receives no content of earlier messages when those change, and sees no gap in the revisions', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { seq } = await say(setting.owner, setting.conversationId, secret);
  await add(setting.owner, setting.conversationId, setting.stranger);
  await receivesOnlyRevisions(setting, setting.stranger, seq);
});

test('a socket that is open when its user is added receives no content of earlier messages', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { owner, stranger, conversationId } = setting;
  const { seq } = await say(owner, conversationId, secret);
  const sockets = await connectEverywhere(stranger);
  await add(owner, conversationId, stranger);
  for (const socket of sockets) await socket.waitFor('conversation.added', (payload) => payload.id === conversationId);
  await changeInEveryWay(setting, seq);
  for (const socket of sockets) {
    await socket.events.waitForCount('conversation.advanced', changesInEveryWay, (payload) => payload.conversationId === conversationId);
    expect(aboutMessage(socket, conversationId, seq)).toEqual([]);
    expect(JSON.stringify(socket.events.all())).not.toContain(secret);
  }
});

test('members who see the whole history receive the changes of old messages while another member does not', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { owner, member, stranger, conversationId } = setting;
  await add(owner, conversationId, stranger);
  const [founder, newcomer] = [await connect(member), await connect(stranger)];
  await changeInEveryWay(setting, 1);
  await newcomer.events.waitForCount('conversation.advanced', changesInEveryWay, (payload) => payload.conversationId === conversationId);
  await founder.waitFor('message.deleted', (payload) => payload.conversationId === conversationId);
  expect(aboutMessage(founder, conversationId, 1)).toHaveLength(changesInEveryWay);
  expect(founder.of('conversation.advanced').filter((payload) => payload.conversationId === conversationId)).toEqual([]);
});

test('a member who is added again receives nothing from the time of their absence, live or by catching up', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { owner, member, conversationId } = setting;
  const before = (await api(member).call('conversation.get', { params: { conversationId } })).ok(200);
  const socket = await connect(member);
  await remove(owner, conversationId, member);
  const missed = await say(owner, conversationId, secret);
  await api(owner).call('message.edit', { params: { conversationId, seq: 1 }, body: { text: `${secret}: an older one` } });
  await add(owner, conversationId, member);
  await socket.waitFor('conversation.added', (payload) => payload.id === conversationId);
  await api(owner).call('message.edit', { params: { conversationId, seq: missed.seq }, body: { text: `${secret}, again` } });
  await socket.waitFor('conversation.advanced', (payload) => payload.conversationId === conversationId);
  const synced = await socket.ok('conversation.sync', { conversations: [{ id: conversationId, epoch: before.epoch, rev: before.rev }] });
  expect(synced.conversations).toMatchObject([{ id: conversationId, status: 'complete', messages: [] }]);
  expect(JSON.stringify([socket.events.all(), synced])).not.toContain(secret);
  await isRefused(member, 'message.get', { params: { conversationId, seq: missed.seq } }, 'message.notFound');
});

test('no other way of reading shows a new member an earlier message', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { owner, stranger, conversationId } = setting;
  const { seq } = await say(owner, conversationId, secret);
  (await api(owner).call('pin.put', { params: { conversationId, seq } })).ok(200);
  await add(owner, conversationId, stranger);
  const params = { conversationId, seq };
  const call = api(stranger);
  await isRefused(stranger, 'message.get', { params }, 'message.notFound');
  await isRefused(stranger, 'message.edits', { params }, 'message.notFound');
  await isRefused(stranger, 'message.replies', { params }, 'message.notFound');
  await isRefused(stranger, 'message.receipts', { params }, 'message.notFound');
  await isRefused(stranger, 'message.save', { params }, 'message.notFound');
  await isRefused(stranger, 'message.send', { params: { conversationId }, body: { text: 'what?', replyTo: seq } }, 'message.notFound');
  expect((await call.call('pin.list', { params: { conversationId } })).ok(200).items).toEqual([]);
  expect(await readAll(stranger, conversationId)).toEqual([]);
  const { items } = (await call.call('conversation.list')).ok(200);
  expect(items.find((item) => item.id === conversationId)).toMatchObject({ lastMessage: null, me: { unreadCount: 0 } });
});

test('changing historyForNewMembers hides nothing from existing members', async () => {
  const { owner, member, stranger, conversationId } = await scene({ policy: { historyForNewMembers: 'all' } });
  await add(owner, conversationId, stranger);
  const socket = await connect(stranger);
  await setHistory(owner, conversationId, 'fromJoin');
  for (const person of [owner, member, stranger]) {
    expect((await readAll(person, conversationId)).map((message) => message.seq)).toEqual([1]);
    (await api(person).call('reaction.add', { params: { conversationId, seq: 1, emoji: '👀' } })).ok(200);
  }
  await socket.events.waitForCount('reaction.changed', 3, (payload) => payload.conversationId === conversationId);
});

test('changing historyForNewMembers reveals nothing to existing members, and applies to those who join afterwards', async () => {
  const setting = await scene({ policy: { historyForNewMembers: 'fromJoin' } });
  const { owner, stranger, conversationId } = setting;
  const latecomer = (await scene()).stranger;
  await add(owner, conversationId, stranger);
  await setHistory(owner, conversationId, 'all');
  await isRefused(stranger, 'message.get', { params: { conversationId, seq: 1 } }, 'message.notFound');
  expect(await readAll(stranger, conversationId)).toEqual([]);
  await receivesOnlyRevisions(setting, stranger, 1);
  await add(owner, conversationId, latecomer);
  expect((await readAll(latecomer, conversationId)).map((message) => message.seq)).toEqual([1, 2]);
});

test('when a member hides a message from themselves, the other members see no gap', async () => {
  const { owner, member, conversationId } = await scene();
  const [hiding, other] = [await connect(member), await connect(owner)];
  (await api(member).call('message.delete', { params: { conversationId, seq: 1 }, query: { scope: 'me' } })).ok(200);
  const { rev } = await hiding.waitFor('message.deleted', (payload) => payload.conversationId === conversationId);
  expect(await other.waitFor('conversation.advanced', (payload) => payload.conversationId === conversationId)).toMatchObject({ rev });
  expect(other.of('message.deleted')).toEqual([]);
  expect(hiding.of('conversation.advanced').filter((payload) => payload.conversationId === conversationId)).toEqual([]);
});
