import { api } from '../../support/api.js';
import { guest, guests, type Person } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { makeConversation, readAll, say } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';
import { until } from '../../support/until.js';

const of = (person: Person, status: string) => (payload: { userId: string; status: string }) =>
  payload.userId === person.userId && payload.status === status;

async function online(viewer: Person): Promise<string[]> {
  const page = (await api(viewer).call('user.online', { query: { limit: 200 } })).ok(200);
  expect(page.nextCursor).toBeNull();
  return page.items.map((item) => item.userId);
}

async function statusFor(socket: TestSocket, person: Person) {
  return itemAt((await socket.ok('presence.watch', { userIds: [person.userId] })).items, 0);
}

/** Two users with a direct conversation, both connected, and both online in the eyes of the other. */
async function friends() {
  const people = await guests(2);
  const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
  const direct = (await api(one).call('conversation.create', { body: { type: 'direct', memberIds: [two.userId] } })).ok(201);
  const [first, second] = [await connect(one), await connect(two)];
  await first.waitFor('presence.changed', of(two, 'online'));
  await until('the second user sees the first', async () => (await statusFor(second, one)).status === 'online');
  return { one, two, first, second, conversationId: direct.id };
}

const invisible = { status: 'offline', lastSeenAt: null, text: null };

test('users who share only the lobby or a public conversation see nothing of each other', async () => {
  const people = await guests(2);
  const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
  for (const type of ['channel', 'group'] as const) await makeConversation(one, [two], { type, visibility: 'public' });
  const [first, second] = [await connect(one), await connect(two)];
  expect(await statusFor(first, two)).toMatchObject(invisible);
  await second.ok('presence.set', { status: 'away', text: 'private' });
  await first.barrier();
  expect(first.of('presence.changed')).toEqual([]);
  expect(await online(one)).toEqual([]);
});

test('presence follows contacts as they come and go: a private group makes them, leaving or deleting it ends them', async () => {
  const people = await guests(3);
  const [one, two, three] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  const [first] = [await connect(one), await connect(two), await connect(three)];
  expect(await statusFor(first, two)).toMatchObject(invisible);
  expect(await statusFor(first, three)).toMatchObject(invisible);
  const group = await makeConversation(one, [two]);
  await first.waitFor('presence.changed', of(two, 'online'));
  const params = { conversationId: group.id };
  (await api(one).call('member.add', { params, body: { userIds: [three.userId] } })).ok(200);
  await first.waitFor('presence.changed', of(three, 'online'));
  expect((await online(one)).sort()).toEqual([two.userId, three.userId].sort());
  (await api(two).call('conversation.leave', { params })).ok(204);
  await first.waitFor('presence.changed', of(two, 'offline'));
  (await api(one).call('conversation.delete', { params })).ok(204);
  await first.waitFor('presence.changed', of(three, 'offline'));
  expect(await online(one)).toEqual([]);
});

test('a private group that becomes public makes no contacts any more, and makes them again when it becomes private', async () => {
  const people = await guests(2);
  const [one, two] = [itemAt(people, 0), itemAt(people, 1)];
  const [first] = [await connect(one), await connect(two)];
  const group = await makeConversation(one, [two]);
  expect(await statusFor(first, two)).toMatchObject({ status: 'online' });
  const params = { conversationId: group.id };
  (await api(one).call('conversation.patch', { params, body: { visibility: 'public' } })).ok(200);
  await first.waitFor('presence.changed', of(two, 'offline'));
  (await api(one).call('conversation.patch', { params, body: { visibility: 'private' } })).ok(200);
  await first.waitFor('presence.changed', of(two, 'online'));
});

test('after a block neither user sees the other, and after the unblock both do at once, without a reconnect', async () => {
  const { one, two, first, second } = await friends();
  for (const _ of [1, 2]) {
    (await api(one).call('user.block', { params: { userId: two.userId } })).ok(204);
    await second.waitFor('presence.changed', of(one, 'offline'));
    await first.waitFor('presence.changed', of(two, 'offline'));
    expect(await statusFor(second, one)).toMatchObject(invisible);
    expect(await statusFor(first, two)).toMatchObject(invisible);
    expect([...(await online(one)), ...(await online(two))]).toEqual([]);
    await Promise.all([first.barrier(), second.barrier()]);
    first.events.clear();
    second.events.clear();
    await first.ok('presence.set', { status: 'away' });
    await second.ok('presence.set', { status: 'away' });
    await Promise.all([first.barrier(), second.barrier()]);
    expect([...first.of('presence.changed'), ...second.of('presence.changed')]).toEqual([]);
    (await api(one).call('user.unblock', { params: { userId: two.userId } })).ok(204);
    await second.waitFor('presence.changed', of(one, 'away'));
    await first.waitFor('presence.changed', of(two, 'away'));
    await first.ok('presence.set', { status: 'online' });
    await second.waitFor('presence.changed', of(one, 'online'));
    await second.ok('presence.set', { status: 'online' });
    await first.waitFor('presence.changed', of(two, 'online'));
    first.events.clear();
    second.events.clear();
  }
});

test('on either side of a block, a user sees neither the typing nor the receipts of the other in a shared group', async () => {
  const people = await guests(3);
  const [one, two, witness] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  const { id: conversationId } = await makeConversation(two, [one, witness]);
  const message = await say(two, conversationId, 'read this');
  (await api(one).call('user.block', { params: { userId: two.userId } })).ok(204);
  const [mine, theirs, seen] = [await connect(one), await connect(two), await connect(witness)];
  await mine.ok('typing.start', { conversationId });
  await seen.waitFor('typing.started', (payload) => payload.userId === one.userId);
  await mine.ok('typing.stop', { conversationId });
  await seen.waitFor('typing.stopped', (payload) => payload.userId === one.userId);
  await mine.ok('receipt.advance', { conversationId, readSeq: message.seq });
  await seen.waitFor('receipt.advanced', (payload) => payload.userId === one.userId && payload.readSeq === message.seq);
  await seen.ok('receipt.advance', { conversationId, readSeq: message.seq });
  await theirs.waitFor('receipt.advanced', (payload) => payload.userId === witness.userId && payload.readSeq === message.seq);
  await theirs.barrier();
  for (const name of ['typing.started', 'typing.stopped', 'receipt.advanced'] as const)
    expect(theirs.of(name).filter((payload) => payload.userId === one.userId)).toEqual([]);
  const receipts = async (reader: Person) =>
    (await api(reader).call('message.receipts', { params: { conversationId, seq: message.seq } })).ok(200).read.map((one) => one.userId);
  await until('the witness has a receipt', async () => (await receipts(two)).includes(witness.userId));
  expect(await receipts(two)).toEqual([witness.userId]);
  const cursorFor = async (reader: Person, member: Person) => {
    const page = (await api(reader).call('conversation.members', { params: { conversationId } })).ok(200);
    return present(page.items.find((item) => item.userId === member.userId)).readSeq;
  };
  expect(await cursorFor(two, one)).toBe(0);
  expect(await cursorFor(one, two)).toBe(0);
  expect(await cursorFor(witness, one)).toBe(message.seq);
  (await api(one).call('user.unblock', { params: { userId: two.userId } })).ok(204);
  expect(await cursorFor(two, one)).toBe(message.seq);
  expect((await receipts(two)).sort()).toEqual([one.userId, witness.userId].sort());
  expect(await readAll(two, conversationId)).toHaveLength(1);
});

test('a user who appears offline is offline for others, last seen when they hid, while their own devices work as ever', async () => {
  const { one, two, first, second, conversationId } = await friends();
  const before = new Date().toISOString();
  (await api(one).call('settings.patch', { body: { appearOffline: true } })).ok(200);
  const hidden = await second.waitFor('presence.changed', of(one, 'offline'));
  const hiddenAt = present(hidden.lastSeenAt);
  expect(hiddenAt >= before).toBe(true);
  second.events.clear();
  await first.ok('presence.set', { status: 'away', text: 'not for others' });
  await first.ok('typing.start', { conversationId });
  const another = await connect(one);
  another.close();
  await another.closed;
  await first.barrier();
  await second.barrier();
  expect([...second.of('presence.changed'), ...second.of('typing.started')]).toEqual([]);
  expect(await statusFor(second, one)).toMatchObject({ status: 'offline', lastSeenAt: hiddenAt, text: null });
  expect(await online(two)).toEqual([]);
  expect(await online(one)).toEqual([two.userId]);
  expect(await statusFor(first, one)).toMatchObject({ status: 'away', text: 'not for others' });
  await say(two, conversationId, 'are you there?');
  await first.waitFor('message.created');
  (await api(one).call('settings.patch', { body: { appearOffline: false } })).ok(200);
  await second.waitFor('presence.changed', of(one, 'away'));
  expect(await online(two)).toEqual([one.userId]);
});

test('a user decides who sees when they were last connected', async () => {
  const { one, two, first, second } = await friends();
  const stranger = await connect(await guest());
  first.close();
  const gone = await second.waitFor('presence.changed', of(one, 'offline'), 8000);
  expect(gone.lastSeenAt).not.toBeNull();
  const seenBy = async (lastSeen: 'everybody' | 'contacts' | 'nobody') => {
    (await api(one).call('settings.patch', { body: { lastSeen } })).ok(200);
    return [(await statusFor(second, one)).lastSeenAt !== null, (await statusFor(stranger, one)).lastSeenAt !== null];
  };
  expect((await statusFor(stranger, one)).lastSeenAt).toBeNull();
  expect(await seenBy('everybody')).toEqual([true, true]);
  expect(await seenBy('contacts')).toEqual([true, false]);
  expect(await seenBy('nobody')).toEqual([false, false]);
  (await api(one).call('user.block', { params: { userId: two.userId } })).ok(204);
  expect(await seenBy('everybody')).toEqual([false, true]);
});
