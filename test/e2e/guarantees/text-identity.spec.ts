import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { isRefused } from '../cases/case.js';
import { account, guest, password, uniqueName } from '../../support/people.js';
import { makeConversation, say, scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';

const token = () => randomUUID().slice(0, 8);
const spellings: ReadonlyArray<readonly [script: string, stored: string, queries: readonly string[]]> = [
  ['Latin', 'Café', ['café', 'cafe\u0301', 'cafe', 'CAFE', 'ＣＡＦＥ']],
  ['Greek', 'ΟΔΟΣ', ['οδος', 'Οδός', 'οδοσ']],
  ['Cyrillic', 'Ёлка', ['елка', 'ЁЛКА', 'Е\u0308лка']],
  ['Hangul', '한국어'.normalize('NFD'), ['한국어', '국어']],
  ['Chinese', '中文搜索', ['文搜索', '索']],
  ['Arabic', 'كِتَابٌ', ['كتاب', 'كِتَاب']],
  ['Japanese', 'ｶﾞｲﾄﾞ', ['ガイド']],
];

test.each(spellings)('a user is found by any spelling of a %s display name', async (_, stored, queries) => {
  const mark = token();
  const named = await guest(`${mark} ${stored}`);
  expect(named.user.displayName).toBe(`${mark} ${stored}`);
  for (const query of queries) {
    const { items } = (await api(named).call('user.search', { query: { query, limit: 200 } })).ok(200);
    expect([query, items.some(({ id }) => id === named.userId)]).toEqual([query, true]);
  }
});

test('a changed display name is found, and the former one is not', async () => {
  const [before, after] = [`Ё${token()}`, `Ж${token()}`];
  const named = await guest(before);
  (await api(named).call('user.patchMe', { body: { displayName: after } })).ok(200);
  const find = async (query: string) => (await api(named).call('user.search', { query: { query } })).ok(200).items.length;
  expect([await find(before), await find(after.toLowerCase())]).toEqual([0, 1]);
});

test.each(spellings)('a public conversation is found by any spelling of a %s title, also of a new one', async (_, stored, queries) => {
  const mark = token();
  const owner = await guest();
  const titled = await makeConversation(owner, [], { type: 'channel', visibility: 'public', title: `${stored} ${mark}` });
  const renamed = await makeConversation(owner, [], { type: 'channel', visibility: 'public', title: 'to be renamed' });
  const params = { conversationId: renamed.id };
  expect((await api(owner).call('conversation.patch', { params, body: { title: `${stored} ${mark}` } })).ok(200).title).toBe(
    `${stored} ${mark}`,
  );
  for (const query of queries) {
    const { items } = (await api(owner).call('conversation.listPublic', { query: { query: `${query} ${mark}` } })).ok(200);
    expect([query, items.map(({ id }) => id).sort()]).toEqual([query, [titled.id, renamed.id].sort()]);
  }
});

test.each(spellings)('the text filter of a history finds every spelling of a %s word at once', async (_, stored, queries) => {
  const { owner, conversationId } = await scene();
  const sent = await say(owner, conversationId, `here: ${stored}!`);
  expect(sent.text).toBe(`here: ${stored}!`);
  for (const text of queries) {
    const page = (await api(owner).call('message.history', { params: { conversationId }, query: { text } })).ok(200);
    expect([text, page.items.map(({ seq }) => seq)]).toEqual([text, [sent.seq]]);
  }
});

test('the text filter of a history follows an edit at once', async () => {
  const { owner, conversationId } = await scene();
  const { seq } = await say(owner, conversationId, 'before the edit');
  (await api(owner).call('message.edit', { params: { conversationId, seq }, body: { text: 'ΜΕΤΆ' } })).ok(200);
  const find = async (text: string) =>
    (await api(owner).call('message.history', { params: { conversationId }, query: { text } })).ok(200).items.map((one) => one.seq);
  expect([await find('before'), await find('μετα')]).toEqual([[], [seq]]);
});

test('all spellings of an emoji are one reaction, over REST and sockets', async () => {
  const { owner, member, conversationId } = await scene();
  const params = (emoji: string) => ({ conversationId, seq: 1, emoji });
  (await api(owner).call('reaction.add', { params: params('👍\ufe0f') })).ok(200);
  const socket = await connect(member);
  expect((await socket.ok('reaction.add', params('👍'))).reactions).toEqual([{ emoji: '👍', count: 2, me: true }]);
  await socket.ok('reaction.add', params('❤'));
  const removed = (await api(member).call('reaction.remove', { params: params('❤\ufe0f') })).ok(200);
  expect(removed.reactions).toEqual([{ emoji: '👍', count: 2, me: true }]);
});

test.each(['lol', 'a', '1', ':+1:', '👍👍', '\u200d', '\ufe0f', '→'])('the word or symbol %j is no reaction', async (emoji) => {
  const { owner, conversationId } = await scene();
  const target = { conversationId, seq: 1, emoji };
  await isRefused(owner, 'reaction.add', { params: target }, 'validation.failed');
  await (await connect(owner)).fails('reaction.add', target, 'validation.failed');
});

const blank = [' ', '\n\t', '\u200b', '\u3164', '\u2800', '\u202e\u202c', '\u200d\ufe0f'];

test.each(blank)('a name, title or text of %j alone is refused with the field that it is in', async (text) => {
  const { owner, conversationId } = await scene();
  const params = { conversationId };
  const fieldsOf = async (
    answer: Promise<{ problem(code: 'validation.failed'): { errors?: ReadonlyArray<{ path: string }> | undefined } }>,
  ) => [...new Set((await answer).problem('validation.failed').errors?.map(({ path }) => path))];
  const one = api(owner);
  expect(await fieldsOf(one.raw('user.patchMe', { body: { displayName: text } }))).toEqual(['displayName']);
  expect(await fieldsOf(one.raw('auth.guest', { body: { displayName: text } }))).toEqual(['displayName']);
  expect(await fieldsOf(one.raw('conversation.create', { body: { type: 'group', title: text } }))).toEqual(['title']);
  expect(await fieldsOf(one.raw('conversation.patch', { params, body: { title: text } }))).toEqual(['title']);
  expect(await fieldsOf(one.raw('message.send', { params, body: { text } }))).toEqual(['text']);
  expect(await fieldsOf(one.raw('message.sendBatch', { params, body: { messages: [{ text: 'x' }, { text }] } }))).toEqual([
    'messages.1.text',
  ]);
  expect(await fieldsOf(one.raw('message.edit', { params: { ...params, seq: 1 }, body: { text } }))).toEqual(['text']);
  const socket = await connect(owner);
  await socket.fails('message.send', { conversationId, clientId: randomUUID(), text }, 'validation.failed');
});

test.each(['.', '..', '---', 'a/b', '%2e', 'ａ', 'a b'])('a conversation cannot be named %j, which would have no address', async (name) => {
  const { owner, conversationId } = await scene();
  await isRefused(owner, 'conversation.create', { body: { type: 'channel', name } }, 'validation.failed');
  await isRefused(owner, 'conversation.patch', { params: { conversationId }, body: { name } }, 'validation.failed');
});

test('a conversation whose name has dots in it is reached by its name', async () => {
  const owner = await guest();
  const name = `..${uniqueName('dots')}..`;
  const { id } = await makeConversation(owner, [], { name });
  expect((await api(owner).call('conversation.byName', { params: { name } })).ok(200).id).toBe(id);
});

test('user names that differ in case, width, spelling or accents are one account', async () => {
  const mark = token();
  const username = `zoë.${mark}`;
  const { user } = await account(username.toUpperCase());
  expect(user.username).toBe(username);
  for (const same of [`ZOE\u0308.${mark}`, `zoe.${mark}`, `ｚｏë.${mark}`]) {
    (await api().call('auth.register', { body: { username: same, password } })).problem('user.nameTaken');
    expect((await api().call('auth.login', { body: { username: same, password } })).ok(200).user.id).toBe(user.id);
  }
});

test.each(['p\u0430ypal-x', 'ada\u200bx', 'ada\u202ex', '...', 'ﬁnder', '\u3164\u3164\u3164', 'adaשלום'])(
  'the deceptive user name %j is refused',
  async (username) => {
    (await api().call('auth.register', { body: { username, password } })).problem('validation.failed');
  },
);

test('a user name may be of any script', async () => {
  const mark = String(Math.trunc(Number.parseInt(token(), 16)));
  for (const name of ['Ольга', '山田太郎', '사용자', 'مستخدم']) {
    const { user } = await account(`${name}${mark}`);
    const { items } = (await api(await guest()).call('user.search', { query: { query: `${name}${mark}`.toUpperCase() } })).ok(200);
    expect(items.map(({ id }) => id)).toEqual([user.id]);
  }
});
