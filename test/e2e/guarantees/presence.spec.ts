import { api } from '../../support/api.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt, present } from '../../support/present.js';
import { makeConversation } from '../../support/scene.js';
import { connect, type TestSocket } from '../../support/sockets.js';

async function watched(): Promise<{ me: Person; watcher: TestSocket; bystander: TestSocket }> {
  const people = await guests(3);
  const [me, follower, other] = [itemAt(people, 0), itemAt(people, 1), itemAt(people, 2)];
  await makeConversation(me, [follower, other]);
  const [watcher, bystander] = [await connect(follower), await connect(other)];
  await watcher.ok('presence.watch', { userIds: [me.userId] });
  return { me, watcher, bystander };
}

const of = (me: Person, status: string) => (payload: { userId: string; status: string }) =>
  payload.userId === me.userId && payload.status === status;

test('a user is online while any of their devices is connected; after the last one disconnects, one event reports them offline, with the time', async () => {
  const { me, watcher, bystander } = await watched();
  const devices = [await connect(me), await connect(me)];
  await watcher.waitFor('presence.changed', of(me, 'online'));
  itemAt(devices, 0).close();
  await itemAt(devices, 1).barrier();
  expect((await watcher.ok('presence.watch', { userIds: [me.userId] })).items).toMatchObject([{ status: 'online' }]);
  const before = new Date().toISOString();
  itemAt(devices, 1).close();
  const gone = await watcher.waitFor('presence.changed', of(me, 'offline'), 8000);
  expect(present(gone.lastSeenAt) >= before).toBe(true);
  await watcher.barrier();
  expect(watcher.of('presence.changed').map((payload) => payload.status)).toEqual(['online', 'offline']);
  await bystander.barrier();
  expect(bystander.of('presence.changed')).toEqual([]);
});

test('reloading the page does not make a user go offline and online again', async () => {
  const { me, watcher } = await watched();
  const device = await connect(me);
  await watcher.waitFor('presence.changed', of(me, 'online'));
  device.close();
  const again = await connect(me);
  await again.ok('presence.set', { status: 'away' });
  await watcher.waitFor('presence.changed', of(me, 'away'));
  expect(watcher.of('presence.changed').map((payload) => payload.status)).toEqual(['online', 'away']);
});

test('the most active device determines the status of a user', async () => {
  const { me, watcher } = await watched();
  const [phone, desk] = [await connect(me), await connect(me)];
  await phone.ok('presence.set', { status: 'away' });
  await desk.barrier();
  expect((await watcher.ok('presence.watch', { userIds: [me.userId] })).items).toMatchObject([{ status: 'online' }]);
});

test('typing ends by itself after six seconds, and at once when the typist disconnects', async () => {
  const people = await guests(2);
  const [typist, reader] = [itemAt(people, 0), await connect(itemAt(people, 1))];
  const { id } = await makeConversation(typist, [itemAt(people, 1)]);
  const mine = await connect(typist);
  const startedAt = Date.now();
  await mine.ok('typing.start', { conversationId: id });
  await reader.waitFor('typing.stopped', (payload) => payload.userId === typist.userId, 8000);
  expect(Date.now() - startedAt).toBeGreaterThan(5000);
  await mine.ok('typing.start', { conversationId: id });
  await reader.events.waitForCount('typing.started', 2);
  mine.close();
  await reader.events.waitForCount('typing.stopped', 2, undefined, 3000);
});

test('a blocked user does not see the user who blocked them come online', async () => {
  const people = await guests(2);
  const [me, pest] = [itemAt(people, 0), itemAt(people, 1)];
  await api(me).call('conversation.create', { body: { type: 'direct', memberIds: [pest.userId] } });
  (await api(me).call('user.block', { params: { userId: pest.userId } })).ok(204);
  const spy = await connect(pest);
  const mine = await connect(me);
  await mine.ok('presence.set', { status: 'away' });
  await spy.barrier();
  expect(spy.of('presence.changed').filter((payload) => payload.userId === me.userId && payload.status !== 'offline')).toEqual([]);
});
