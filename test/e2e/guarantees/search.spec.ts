import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { guest, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, say, scene } from '../../support/scene.js';
import { until } from '../../support/until.js';
import { isRefused } from '../cases/case.js';

type Query = NonNullable<Parameters<ReturnType<typeof search>>[0]>;

const indexed = { timeoutMs: 15_000 };

function search(caller: Person) {
  return async (query: {
    q: string;
    order?: 'relevance' | 'newest';
    limit?: number;
    cursor?: string;
    conversationId?: string;
    sender?: string;
  }) => (await api(caller).raw('message.search', { query })).ok(200);
}

/** A group whose texts are searchable, and a function that lists the texts that a query finds there, in their order. */
async function library(texts: readonly string[]) {
  const { owner, member, stranger, conversationId } = await scene();
  for (const text of texts) await say(owner, conversationId, text);
  const last = `z${randomUUID().replaceAll('-', '')}`;
  await say(owner, conversationId, last);
  await until('the last text is found', async () => (await search(owner)({ q: last })).items.length === 1, indexed);
  const find = async (q: string, more: Omit<Query, 'q'> = {}) =>
    (await search(member)({ q, conversationId, ...more })).items.map(({ text }) => text);
  return { owner, member, stranger, conversationId, find };
}

test('all words have to occur, in any order and case', async () => {
  const { find } = await library(['lunch at noon', 'Noon, and then lunch', 'lunch at one', 'noon']);
  expect(await find('NOON lunch')).toEqual(['Noon, and then lunch', 'lunch at noon']);
});

test('quotes find whole words next to each other, and a minus excludes', async () => {
  const { find } = await library(['lunch at noon', 'at noon, no lunch', 'noon at lunch', 'at noontime']);
  expect(await find('"at noon"')).toEqual(['at noon, no lunch', 'lunch at noon']);
  expect(await find('noon -lunch')).toEqual(['at noontime']);
  expect(await find('noon -"at noon"')).toEqual(['noon at lunch', 'at noontime']);
  expect(await find('noon -noontim*')).toHaveLength(3);
});

test('a word is found by its beginning, from two characters on', async () => {
  const { find } = await library(['a luncheon', 'lunch', 'x-ray', 'brunch']);
  expect(await find('lunc')).toEqual(['lunch', 'a luncheon']);
  expect(await find('lunc*')).toEqual(['lunch', 'a luncheon']);
  expect(await find('"lunc"')).toEqual([]);
  expect(await find('l')).toEqual([]);
  expect(await find('x')).toEqual(['x-ray']);
});

const scripts: ReadonlyArray<readonly [script: string, text: string, queries: readonly string[], misses: readonly string[]]> = [
  ['Latin', 'Die Grüße aus dem CAFÉ in Łódź', ['grusse', 'cafe\u0301', 'lodz', 'GRÜSSE café', '"aus dem cafe"'], ['gru cafe tee', 'odz']],
  ['Cyrillic', 'Зелёная ёлка стоит', ['зеленая', 'ЁЛКА', 'елк', 'стоит зелёная'], ['лка']],
  ['Greek', 'Η ΟΔΌΣ είναι μεγάλη', ['οδος', 'οδός', 'ΜΕΓΑΛΗ', 'μεγ'], ['δος']],
  ['Chinese', '我們用中文搜索訊息', ['中文', '搜索', '文搜', '中', '訊息 中文', '"中文搜索"'], ['文中', '英文']],
  ['Japanese', 'ガイドブックを読む', ['ガイド', 'ｶﾞｲﾄﾞ', 'ブック', '読む'], ['カイト']],
  ['Hangul', '대한민국 만세', ['대한', '민국', '대한민국'.normalize('NFD'), '만세 민국'], ['국민']],
  ['Arabic', 'هٰذَا كِتَابٌ جديد', ['كتاب', 'كِتَابٌ', 'جديد كتاب'], ['تاب']],
  ['Hebrew', 'שָׁלוֹם עולם', ['שלום', 'עולם'], ['לום']],
  ['Devanagari', 'हिन्दी भाषा', ['हिन्दी', 'भाषा'], ['हन्दी']],
  ['Thai', 'สวัสดีครับ', ['สวัสดี', 'ครับ'], ['ครบ']],
  ['emoji', 'done 👍 ❤️', ['👍', '👍\ufe0f done', '❤'], ['👎']],
];

test.each(scripts)('%s text is found in every spelling of its words', async (_, text, queries, misses) => {
  const { find } = await library([text.normalize('NFD'), 'something else']);
  for (const q of queries) expect([q, await find(q)]).toEqual([q, [text.normalize('NFD')]]);
  for (const q of misses) expect([q, await find(q)]).toEqual([q, []]);
});

test('messages with the words as typed come first, then those with all words, then those with longer words', async () => {
  const texts = ['red car', 'a car that is red', 'reddish cars', 'my red car'];
  const { find } = await library(texts);
  expect(await find('red car')).toEqual(['my red car', 'red car', 'a car that is red', 'reddish cars']);
  expect(await find('red car', { order: 'newest' })).toEqual([...texts].reverse());
});

test('pages of a search neither repeat nor skip a message, also when new matches arrive in between', async () => {
  const texts = Array.from({ length: 7 }, (_, number) => (number % 2 === 0 ? `apple ${number}` : `apples ${number}`));
  const { owner, conversationId, find } = await library(texts);
  for (const order of ['relevance', 'newest'] as const) {
    const expected = await find('apple', { order });
    const seen: Array<string | null> = [];
    let cursor: string | undefined;
    do {
      const page = await search(owner)({ q: 'apple', conversationId, order, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ text }) => text));
      cursor = page.nextCursor ?? undefined;
      if (seen.length === 2) {
        const late = await say(owner, conversationId, `apple pie ${order}`);
        await until('the new match is found', async () => (await find('pie', { order })).includes(late.text), indexed);
      }
    } while (cursor !== undefined);
    expect(seen).toEqual(expected);
  }
});

test('highlights mark the words in the text as it was sent, in UTF-16 code units', async () => {
  const text = `😀 CAFE\u0301 at noon, cafés`;
  const { owner, conversationId } = await library([text]);
  const { items } = await search(owner)({ q: 'café "at noon"', conversationId });
  const marked = itemAt(items, 0).highlights.map(({ offset, length }) => text.slice(offset, offset + length));
  expect(marked).toEqual(['CAFE\u0301', 'at noon', 'cafés']);
});

test('an edited message is found by its new words only, and a deleted or hidden one not at all', async () => {
  const { owner, member, conversationId, find } = await library(['plum one', 'plum two', 'plum three']);
  const at = (seq: number) => ({ conversationId, seq });
  (await api(owner).call('message.edit', { params: at(2), body: { text: 'peach' } })).ok(200);
  (await api(owner).call('message.delete', { params: at(3) })).ok(200);
  expect(await find('plum')).toEqual(['plum three']);
  await until('the edit is found', async () => (await find('peach')).length === 1, indexed);
  (await api(member).call('message.delete', { params: at(4), query: { scope: 'me' } })).ok(200);
  expect(await find('plum')).toEqual([]);
  expect((await search(owner)({ q: 'plum', conversationId })).items.map(({ seq }) => seq)).toEqual([4]);
});

test('a search covers all conversations of the user and no others', async () => {
  const { owner, member, stranger } = await scene();
  const word = `w${randomUUID().slice(0, 8)}`;
  const shared = await makeConversation(owner, [member]);
  const own = await makeConversation(owner);
  await say(owner, shared.id, `${word} shared`);
  await say(owner, own.id, `${word} own`);
  await until('both are found', async () => (await search(owner)({ q: word })).items.length === 2, indexed);
  expect((await search(member)({ q: word })).items.map(({ text }) => text)).toEqual([`${word} shared`]);
  expect((await search(stranger)({ q: word })).items).toEqual([]);
  (await api(member).call('conversation.leave', { params: { conversationId: shared.id } })).ok(204);
  expect((await search(member)({ q: word })).items).toEqual([]);
});

test.each(['-lunch', '!!!', '""', '- -', ' \u200b', '\u3164'])('the query %j, which names no word to find, is refused', async (q) => {
  await isRefused(await guest(), 'message.search', { query: { q } }, 'validation.failed');
});

test.each([`it's "a' & (b | !c) <-> d:* \\`, "'';--", '((((', '*', '"* -"', '@@@ :A', '\\', 'a:*b', '%_%'])(
  'a query with signs, such as %j, is taken as words',
  async (q) => {
    const answer = await api(await guest()).raw('message.search', { query: { q } });
    if (answer.status === 200) expect(answer.ok(200).items).toEqual([]);
    else answer.problem('validation.failed');
  },
);

test('a cursor of another list is refused', async () => {
  await isRefused(
    await guest(),
    'message.search',
    { query: { q: 'x', cursor: Buffer.from('[1]').toString('base64url') } },
    'validation.failed',
  );
});
