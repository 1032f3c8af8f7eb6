import { randomUUID } from 'node:crypto';
import type { ConversationId } from '#contracts/primitives.js';
import { api } from '../../support/api.js';
import { createDatabase, queryRows } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { loginOperator } from '../../support/operator.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { ageMessages, countRows, runRetention } from '../../support/retention.js';
import { makeConversation, readAll, say } from '../../support/scene.js';
import { runParley, type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

jest.setTimeout(180_000);

const hour = 3600;
/** Messages 1 to 4 are a day old, 5 to 7 are new. */
const oldCount = 4;
const allCount = 7;

interface Room {
  readonly owner: Person;
  readonly member: Person;
  readonly conversationId: ConversationId;
  readonly word: string;
}

/** A group in which the owner and the member took turns: the owner sent the odd messages, the member the even ones. */
async function room(): Promise<Room> {
  const people = await guests(2);
  const [owner, member] = [itemAt(people, 0), itemAt(people, 1)];
  const { id: conversationId } = await makeConversation(owner, [member]);
  const word = `w${randomUUID().slice(0, 8)}`;
  for (let seq = 1; seq <= allCount; seq += 1) await say(seq % 2 === 1 ? owner : member, conversationId, `${word} number ${seq}`);
  await ageMessages(conversationId, oldCount);
  return { owner, member, conversationId, word };
}

async function setRetention({ owner, conversationId }: Room, retentionSeconds: number | null): Promise<void> {
  const body = { policy: { retentionSeconds } };
  (await api(owner).call('conversation.patch', { params: { conversationId }, body })).ok(200);
}

const seqs = (items: ReadonlyArray<{ readonly seq: number }>) => items.map(({ seq }) => seq).sort((a, b) => a - b);

test('a message that has expired is in no read and takes no change, from the moment the retention is set', async () => {
  const setting = await room();
  const { owner, member, conversationId, word } = setting;
  await say(member, conversationId, 'a reply', { replyTo: 2 });
  const at = (seq: number) => ({ params: { conversationId, seq } });
  for (const seq of [2, 6]) {
    (await api(owner).call('pin.put', at(seq))).ok(200);
    (await api(owner).call('message.save', at(seq))).ok(200);
  }
  (await api(member).call('message.edit', { ...at(2), body: { text: `${word} edited` } })).ok(200);
  const search = async () =>
    seqs((await api(owner).call('message.search', { query: { q: word, conversationId, limit: 50 } })).ok(200).items);
  await until('search has all of them', async () => (await search()).length === allCount, { timeoutMs: 20_000 });
  await setRetention(setting, hour);

  expect(seqs(await readAll(owner, conversationId))).toEqual([5, 6, 7, 8]);
  for (const query of [{ around: 2 }, { before: 5 }, { after: 1, limit: 2 }, { order: 'asc' as const }]) {
    const page = (await api(owner).call('message.history', { params: { conversationId }, query })).ok(200);
    expect(page.items.filter(({ seq }) => seq <= oldCount)).toEqual([]);
    expect(page.hasOlder).toBe(false);
  }
  expect(await search()).toEqual([5, 6, 7]);
  expect(seqs((await api(owner).call('pin.list', { params: { conversationId } })).ok(200).items)).toEqual([6]);
  expect((await api(owner).call('saved.list')).ok(200).items.map(({ message }) => message.seq)).toEqual([6]);
  for (const name of ['message.get', 'message.replies', 'message.edits', 'message.receipts'] as const)
    (await api(owner).raw(name, at(2))).problem('message.notFound');
  const changes = [
    ['message.edit', { ...at(1), body: { text: 'later' } }],
    ['message.delete', at(1)],
    ['reaction.add', { params: { conversationId, seq: 1, emoji: '👍' } }],
    ['pin.put', at(1)],
    ['message.save', at(1)],
    ['message.send', { params: { conversationId }, body: { clientId: randomUUID(), text: 'late', replyTo: 1 } }],
  ] as const;
  for (const [name, input] of changes) (await api(owner).raw(name, input)).problem('message.notFound');
  const socket = await connect(owner);
  expect(seqs((await socket.ok('history.page', { conversationId })).items)).toEqual([5, 6, 7, 8]);
  await socket.fails('message.edit', { conversationId, seq: 1, text: 'later' }, 'message.notFound');
  const [known] = socket.of('session.ready').flatMap(({ conversations }) => conversations.filter(({ id }) => id === conversationId));
  const sync = { conversations: [{ id: conversationId, epoch: known?.epoch ?? '', rev: 1 }] };
  const [synced] = (await socket.ok('conversation.sync', sync)).conversations;
  expect(seqs(synced?.messages ?? [])).toEqual([5, 6, 7, 8]);
});

test('expired messages are not unread and not the last message, before and after they are deleted', async () => {
  const setting = await room();
  const { owner, member, conversationId } = setting;
  const remove = async (caller: Person, seq: number, scope: 'all' | 'me') =>
    (await api(caller).call('message.delete', { params: { conversationId, seq }, query: { scope } })).ok(200);
  await remove(owner, 3, 'all');
  await remove(member, 1, 'me');
  await remove(member, 5, 'me');
  await remove(owner, 7, 'all');
  const unread = async (person: Person) => {
    const { items } = (await api(person).call('conversation.list', { query: { limit: 200 } })).ok(200);
    const summary = items.find(({ id }) => id === conversationId);
    return [summary?.unreadCount, summary?.readSeq, summary?.lastMessage?.seq ?? null];
  };
  expect([await unread(owner), await unread(member)]).toEqual([
    [3, 0, 7],
    [0, 0, 7],
  ]);
  await setRetention(setting, hour);
  // Of 5, 6 and 7, the member sent 6 and has hidden 5; 7 is deleted.
  const afterwards = [
    [1, 0, 7],
    [0, 0, 7],
  ];
  expect([await unread(owner), await unread(member)]).toEqual(afterwards);
  await runRetention();
  expect(await countRows('messages', conversationId)).toBe(allCount - oldCount);
  expect([await unread(owner), await unread(member)]).toEqual(afterwards);
  await say(member, conversationId, 'one more');
  expect(await unread(owner)).toEqual([2, 0, 8]);
  (await api(owner).call('receipt.put', { params: { conversationId }, body: { readSeq: 6 } })).ok(200);
  expect(await unread(owner)).toEqual([1, 6, 8]);
  await ageMessages(conversationId, 8);
  await until('all have expired', async () => (await unread(owner))[2] === null, { timeoutMs: 15_000 });
  expect([await unread(owner), await unread(member)]).toEqual([
    [0, 6, null],
    [0, 0, null],
  ]);
});

test('a message expires by itself when its time has come, without anyone doing anything', async () => {
  const setting = await room();
  await ageMessages(setting.conversationId, allCount, 57);
  await setRetention(setting, 60);
  expect(seqs(await readAll(setting.owner, setting.conversationId))).toEqual([5, 6, 7]);
  await until('they expire', async () => (await readAll(setting.owner, setting.conversationId)).length === 0, { timeoutMs: 15_000 });
});

test('members are notified of the range that has expired, and after an absence the conversation says it', async () => {
  const setting = await room();
  const { owner, member, conversationId } = setting;
  const socket = await connect(member);
  const { rev, epoch } = (await api(owner).call('conversation.get', { params: { conversationId } })).ok(200);
  await setRetention(setting, hour);
  const event = await socket.waitFor('messages.expired', (payload) => payload.conversationId === conversationId, 30_000);
  expect(event).toMatchObject({ rev: rev + 2, epoch, fromSeq: 1, upToSeq: oldCount });
  const [synced] = (await api(member).call('sync.post', { body: { conversations: [{ id: conversationId, epoch, rev }] } })).ok(
    200,
  ).conversations;
  expect(synced).toMatchObject({ status: 'complete', rev: rev + 2, conversation: { hiddenBeforeSeq: oldCount + 1 } });
  await runRetention();
  expect(socket.of('messages.expired').filter((payload) => payload.conversationId === conversationId)).toHaveLength(1);
});

test('what has expired stays away when the retention is made longer or is removed', async () => {
  const setting = await room();
  await setRetention(setting, hour);
  await runRetention();
  await setRetention(setting, 30 * 24 * hour);
  expect(seqs(await readAll(setting.owner, setting.conversationId))).toEqual([5, 6, 7]);
  await setRetention(setting, null);
  expect(seqs(await readAll(setting.owner, setting.conversationId))).toEqual([5, 6, 7]);
});

test('an expired message is deleted with everything that belongs to it, and nothing else is', async () => {
  const setting = await room();
  const { owner, member, conversationId, word } = setting;
  for (const seq of [2, 6]) {
    const params = { conversationId, seq };
    (await api(owner).call('reaction.add', { params: { ...params, emoji: '👍' } })).ok(200);
    (await api(owner).call('message.save', { params })).ok(200);
    (await api(member).call('message.edit', { params, body: { text: `${word} edited ${seq}` } })).ok(200);
    (await api(owner).call('message.delete', { params, query: { scope: 'me' } })).ok(200);
    (await api(member).call('receipt.put', { params: { conversationId }, body: { readSeq: seq } })).ok(200);
  }
  const tables = ['messages', 'message_edits', 'message_hides', 'reactions', 'saved_messages', 'message_search'];
  const rows = async () =>
    Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await countRows(table, conversationId)])));
  await until('search has all of them', async () => (await countRows('message_search', conversationId)) === allCount, {
    timeoutMs: 20_000,
  });
  await until('receipts are stored', async () => (await countRows('receipt_advances', conversationId)) >= 4, { timeoutMs: 20_000 });
  await setRetention(setting, hour);
  const run = await runRetention();
  expect(run).toMatchObject({ error: null, dryRun: false });
  expect(await rows()).toEqual({ messages: 3, message_edits: 1, message_hides: 1, reactions: 1, saved_messages: 1, message_search: 3 });
  const where = `conversation_id = '${conversationId}' AND up_to_seq <= ${oldCount}`;
  expect(await queryRows(environment().databaseUrl, `SELECT FROM receipt_advances WHERE ${where}`)).toEqual([]);
});

describe('a server with settings of its own', () => {
  let place: { url: string; databaseUrl: string };
  let server: Server;
  beforeAll(async () => {
    const databaseUrl = await createDatabase(environment().adminUrl);
    const env = { RETENTION_DEFAULT_SECONDS: String(hour), DELETED_CONVERSATION_UNDO_SECONDS: '1', LOBBY: 'off' };
    server = await startServer({ databaseUrl, env });
    place = { url: server.url, databaseUrl };
  });
  afterAll(() => server.kill());

  test('applies its default retention where a conversation has none of its own', async () => {
    const owner = itemAt(await guests(1, place.url), 0);
    const conversation = async (policy: object) => {
      const { id } = await makeConversation(owner, [], { policy });
      for (let seq = 1; seq <= 3; seq += 1) await say(owner, id, `message ${seq}`);
      await ageMessages(id, 2, 2 * hour, place);
      return id;
    };
    const [byDefault, own] = [await conversation({}), await conversation({ retentionSeconds: 100 * 365 * 24 * hour })];
    await until('the default applies', async () => (await readAll(owner, byDefault)).length === 1, { timeoutMs: 15_000 });
    expect(seqs(await readAll(owner, byDefault))).toEqual([3]);
    expect(seqs(await readAll(owner, own))).toEqual([1, 2, 3]);
    await runRetention({ url: place.url });
    expect([await countRows('messages', byDefault, place), await countRows('messages', own, place)]).toEqual([1, 3]);
  });

  test('purges everything of a deleted conversation when it can no longer be restored', async () => {
    const people = await guests(2, place.url);
    const [owner, member] = [itemAt(people, 0), itemAt(people, 1)];
    const { id } = await makeConversation(owner, [member]);
    for (let seq = 1; seq <= 3; seq += 1) await say(owner, id, `message ${seq}`);
    (await api(member).call('message.save', { params: { conversationId: id, seq: 1 } })).ok(200);
    (await api(member).call('receipt.put', { params: { conversationId: id }, body: { readSeq: 2 } })).ok(200);
    await until('search has them', async () => (await countRows('message_search', id, place)) === 3, { timeoutMs: 20_000 });
    (await api(owner).call('conversation.delete', { params: { conversationId: id } })).ok(204);
    await until('it is purged', async () => (await countRows('conversations', id, place)) === 0, { timeoutMs: 40_000 });
    const tables = ['messages', 'members', 'message_search', 'search_marks', 'search_queue', 'saved_messages', 'receipt_advances'];
    for (const table of tables) expect([table, await countRows(table, id, place)]).toEqual([table, 0]);
    const operator = await loginOperator(place.url);
    (await api(operator).call('admin.restoreConversation', { params: { conversationId: id } })).problem('conversation.notFound');
  });
});

test('a dry run counts what a run would delete, and deletes nothing', async () => {
  const databaseUrl = await createDatabase(environment().adminUrl);
  const server = await startServer({ databaseUrl, env: { LOBBY: 'off' } });
  const place = { url: server.url, databaseUrl };
  const owner = itemAt(await guests(1, place.url), 0);
  const { id } = await makeConversation(owner);
  for (let seq = 1; seq <= 3; seq += 1) await say(owner, id, `message ${seq}`);
  await until('all are stored', async () => (await countRows('messages', id, place)) === 3);
  await ageMessages(id, 2, 2 * hour, place);
  await server.stop();
  await queryRows(databaseUrl, `UPDATE conversations SET policy = policy || '{"retentionSeconds": 3600}' WHERE id = '${id}'`);
  const parley = async (...args: string[]) => (await runParley(args, { databaseUrl })).output;
  const dry = '2 messages of 1 conversations would be deleted, 0 deleted conversations would be purged.';
  expect(await parley('retention', 'run', '--dry-run')).toContain(dry);
  expect(await countRows('messages', id, place)).toBe(3);
  expect(await parley('retention', 'run')).toContain('2 messages of 1 conversations were deleted, 0 deleted conversations were purged.');
  expect(await countRows('messages', id, place)).toBe(1);
  const runs = await queryRows(databaseUrl, 'SELECT dry_run, messages::int, error FROM retention_runs ORDER BY requested_at');
  expect(runs).toEqual([
    { dry_run: true, messages: 2, error: null },
    { dry_run: false, messages: 2, error: null },
  ]);
});

describe('a deleted conversation', () => {
  test('can be restored by an operator with its members, history, unread counts and name', async () => {
    const people = await guests(2);
    const [owner, member] = [itemAt(people, 0), itemAt(people, 1)];
    const name = `name-${randomUUID().slice(0, 8)}`;
    const { id: conversationId } = await makeConversation(owner, [member], { name });
    await say(owner, conversationId, 'kept');
    const socket = await connect(member);
    (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
    await socket.waitFor('conversation.removed', ({ id }) => id === conversationId);
    (await api(await loginOperator()).call('admin.restoreConversation', { params: { conversationId } })).ok(200);
    const added = await socket.waitFor('conversation.added', ({ id }) => id === conversationId);
    expect(added).toMatchObject({ name, memberCount: 2, me: { role: 'member', unreadCount: 1, readSeq: 0 } });
    expect((await readAll(member, conversationId)).map(({ text }) => text)).toEqual(['kept']);
    const { seq } = await say(owner, conversationId, 'live again');
    expect(await socket.waitFor('message.created', (message) => message.seq === seq)).toMatchObject({ text: 'live again' });
  });

  test('can be restored from the command line while Parley is stopped', async () => {
    const databaseUrl = await createDatabase(environment().adminUrl);
    const options = { databaseUrl, env: { LOBBY: 'off', AUTH_SECRET: 'a secret of two starts of the same server' } };
    const first = await startServer(options);
    const owner = itemAt(await guests(1, first.url), 0);
    const { id: conversationId } = await makeConversation(owner, [], { name: 'found-again' });
    (await api(owner).call('conversation.delete', { params: { conversationId } })).ok(204);
    await first.stop();
    const restore = async (id: string) => runParley(['conversation', 'restore', id], options);
    expect(await restore(conversationId)).toMatchObject({ code: 0, output: expect.stringContaining('("found-again")') });
    expect(await restore(randomUUID())).toMatchObject({ code: 1, output: expect.stringContaining('There is no conversation') });
    const second = await startServer(options);
    const caller = { ...owner, url: second.url };
    expect((await api(caller).call('conversation.get', { params: { conversationId } })).ok(200)).toMatchObject({ name: 'found-again' });
    await second.stop();
  });
});
