import { limits } from '#contracts/limits.js';
import { api } from '../../support/api.js';
import { queryRows } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import type { Person } from '../../support/people.js';
import { say, scene, type Scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';

const first = ({ conversationId }: Scene) => ({ conversationId, seq: 1 });

async function savedBy(person: Person) {
  return (await api(person).call('saved.list')).ok(200).items;
}

async function withSaved(settings: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const setting = await scene(settings);
  (await api(setting.member).call('message.save', { params: first(setting) })).ok(200);
  return setting;
}

test('a saved message shows later edits, and is gone from the list once it is deleted', async () => {
  const setting = await withSaved();
  (await api(setting.owner).call('message.edit', { params: first(setting), body: { text: 'better' } })).ok(200);
  expect((await savedBy(setting.member)).map(({ message }) => message.text)).toEqual(['better']);
  (await api(setting.owner).call('message.delete', { params: first(setting) })).ok(200);
  expect(await savedBy(setting.member)).toEqual([]);
});

test('a message that the user hides from themselves is not listed any more', async () => {
  const setting = await withSaved();
  (await api(setting.member).call('message.delete', { params: first(setting), query: { scope: 'me' } })).ok(200);
  expect(await savedBy(setting.member)).toEqual([]);
});

test('a removed member no longer sees what they saved there', async () => {
  const setting = await withSaved();
  const params = { conversationId: setting.conversationId, userId: setting.member.userId };
  (await api(setting.owner).call('member.remove', { params })).ok(204);
  expect(await savedBy(setting.member)).toEqual([]);
});

test('a member who returns without the right to read the older history does not see what they had saved of it', async () => {
  const setting = await withSaved({ visibility: 'public', policy: { historyForNewMembers: 'fromJoin' } });
  const params = { conversationId: setting.conversationId };
  (await api(setting.member).call('conversation.leave', { params })).ok(204);
  await say(setting.owner, setting.conversationId, 'meanwhile');
  (await api(setting.member).call('conversation.join', { params })).ok(200);
  expect(await savedBy(setting.member)).toEqual([]);
});

test('saved messages of a deleted conversation are gone', async () => {
  const setting = await withSaved();
  (await api(setting.owner).call('conversation.delete', { params: { conversationId: setting.conversationId } })).ok(204);
  expect(await savedBy(setting.member)).toEqual([]);
});

test('all sockets of the user receive the events of saving and unsaving, the sockets of other users receive none', async () => {
  const setting = await scene();
  const [phone, laptop, owner] = [await connect(setting.member), await connect(setting.member), await connect(setting.owner)];
  await phone.ok('message.save', first(setting));
  await phone.ok('message.unsave', first(setting));
  for (const socket of [phone, laptop]) {
    await socket.waitFor('message.saved', ({ savedAt }) => savedAt === null);
    await socket.barrier();
    expect(socket.of('message.saved').map(({ savedAt }) => savedAt === null)).toEqual([false, true]);
  }
  await owner.barrier();
  expect(owner.of('message.saved')).toEqual([]);
});

test('a message can be saved by a user before it is persisted, right after its ack', async () => {
  const { owner, conversationId } = await scene();
  const socket = await connect(owner);
  const message = await socket.ok('message.send', { conversationId, clientId: crypto.randomUUID(), text: 'just sent' });
  expect((await socket.ok('message.save', { conversationId, seq: message.seq })).message).toEqual(message);
  expect((await savedBy(owner)).map((saved) => saved.message)).toEqual([message]);
});

test('a user can have 5,000 saved messages and no more, and can save again after removing one', async () => {
  expect(limits.savedMessagesMax).toBe(5000);
  const setting = await scene();
  const { member, owner, conversationId } = setting;
  const another = await say(owner, conversationId, 'one too many');
  await saveInStorage(setting, limits.savedMessagesMax - 1);
  const socket = await connect(member);
  const save = (seq: number) => api(member).call('message.save', { params: { conversationId, seq } });

  const { savedAt } = (await save(1)).ok(200);
  expect((await save(another.seq)).problem('forbidden').detail).toContain('5000');
  await socket.fails('message.save', { conversationId, seq: another.seq }, 'forbidden');
  expect((await save(1)).ok(200).savedAt).toBe(savedAt);

  (await api(member).call('message.unsave', { params: first(setting) })).ok(204);
  (await save(another.seq)).ok(200);
  (await save(1)).problem('forbidden');
});

/** Writes saved messages of the member that lie beyond the conversation's last message, without a request for each. */
async function saveInStorage({ member, conversationId }: Scene, count: number): Promise<void> {
  await queryRows(
    environment().databaseUrl,
    `INSERT INTO saved_messages (user_id, conversation_id, seq, saved_at)
     SELECT $1, $2, 1000000 + number, now() FROM generate_series(1, $3::integer) AS number`,
    [member.userId, conversationId, count],
  );
}
