import fc from 'fast-check';
import { lexemesOf, splitIntoUnits } from './search-words.js';

const words = (text: string) => splitIntoUnits(text).map(({ folded }) => folded);
const lexemes = (text: string) => lexemesOf(text).map(({ text: lexeme, position }) => `${lexeme}:${position}`);

it.each([
  ['Lunch at NOON?', ['lunch', 'at', 'noon']],
  ['café, naïve—Ωmega', ['cafe', 'naive', 'ωmega']],
  ["don't snake_case e-mail", ['don', 't', 'snake', 'case', 'e', 'mail']],
  ['Привет, Ёлка!', ['привет', 'елка']],
  ['مرحبا بالعالم', ['مرحبا', 'بالعالم']],
  ['हिन्दी भाषा', ['हिन्दी', 'भाषा']],
  ['中文 a', ['中', '文', 'a']],
  ['한국어'.normalize('NFD'), ['한', '국', '어']],
  ['ｶﾞｷﾞー', ['ガ', 'ギ', 'ー']],
  ['สวัสดี', ['ส', 'วั', 'ส', 'ดี']],
  ['第3章', ['第', '3', '章']],
  ['ok 👍\ufe0f 👩\u200d❤\ufe0f\u200d👨 🇬🇷', ['ok', '👍', '👩\u200d❤\u200d👨', '🇬🇷']],
  ['a ↔ b', ['a', '↔', 'b']],
  ['a ↮ b', ['a', 'b']],
  ['a ↔\u0338 b', ['a', 'b']],
  ['a ↔\u0323\u0338 b', ['a', 'b']],
  ['soft\u00adhyphen', ['softhyphen']],
  ['!!! ... \u200b', []],
])('%j has the words %j', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

it('indexes words whole, and unspaced scripts as pairs with the last character alone', () => {
  expect(lexemes('see 中文搜 now')).toEqual(['see:1', '中文:2', '文搜:3', '搜:4', 'now:5']);
});

it('has the same characters in a run with marks and in one without', () => {
  expect(words('がぎ')).toEqual(words('がぎ'.normalize('NFD')));
  expect(words('\uf900中')).toEqual(['\u8c48', '中']);
});

it('cuts long words, and does not cut a character in two', () => {
  expect(words('a'.repeat(100))).toEqual(['a'.repeat(64)]);
  expect(words('𝒳'.repeat(1) + '𐐷'.repeat(100)).every((word) => word.isWellFormed() && word.length <= 64)).toBe(true);
});

it('indexes at most 16,383 words and less than a megabyte of a text', () => {
  expect(lexemesOf('ab '.repeat(20_000))).toHaveLength(16_383);
  const bytes = lexemesOf('ﷺ '.repeat(32_000)).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  expect(bytes).toBeLessThan(1_000_000);
});

it('gives the same words for every spelling of a text, each with its place in that text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  fc.assert(
    fc.property(text, (value) => {
      const [one, other] = [value.normalize('NFC'), value.normalize('NFD')];
      expect(words(other)).toEqual(words(one));
      let last = 0;
      for (const { start, end } of splitIntoUnits(other)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(other.length);
    }),
    // The only sign whose decomposed spelling begins with a pictograph.
    { numRuns: 1000, examples: [['↮']] },
  );
});
