import fc from 'fast-check';
import { foldText } from './fold-text.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed());

describe('text that is compared and searched', () => {
  it.each([
    ['composed and decomposed accents', 'café', 'cafe\u0301'],
    ['a word with its accent and without', 'café', 'cafe'],
    ['cases', 'Grüße', 'GRÜSSE'],
    ['the capital sharp s', 'STRAẞE', 'straße'],
    ['final and other sigma', 'ΟΔΌΣ', 'οδος'],
    ['Cyrillic with and without its dots', 'Ёлка', 'елка'],
    ['letters with a stroke', 'Łódź Øresund', 'lodz oresund'],
    ['the Turkish dotted capital', 'İstanbul', 'istanbul'],
    ['Hangul syllables and their letters', '한국어', '한국어'.normalize('NFD')],
    ['half and full width', 'ｶﾞｷﾞ ＡＢＣ１', 'ガギ abc1'],
    ['Arabic with and without vowel signs', 'كِتَابٌ', 'كتاب'],
    ['Hebrew with and without points', 'שָׁלוֹם', 'שלום'],
    ['ligatures', 'ﬁnd', 'find'],
    ['invisible characters', 'soft\u00adhy\u200bphen\ufe0f', 'softhyphen'],
    ['kinds of spaces', ' a\u00a0 \u3000b\n', 'a b'],
    ['straight and curly quotes', '“O’Brien”', '"O\'Brien"'],
  ])('does not distinguish %s', (_, one, other) => {
    expect(foldText(one)).toBe(foldText(other));
  });

  it.each([
    ['voiced and unvoiced kana', 'か', 'が'],
    ['Devanagari vowels', 'कि', 'की'],
    ['Thai vowels', 'กิ', 'กี'],
    ['words', 'cat', 'cut'],
    ['a relation and its negation', 'a = b', 'a ≠ b'],
  ])('distinguishes %s', (_, one, other) => {
    expect(foldText(one)).not.toBe(foldText(other));
  });

  it('has one form: folding it again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(text, anyText), (value) => foldText(foldText(value)) === foldText(value)),
      { numRuns: 2000 },
    );
  });

  it('has the same form in every normalization', () => {
    fc.assert(
      fc.property(fc.oneof(text, anyText), fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'), (value, form) => {
        expect(foldText(value.normalize(form))).toBe(foldText(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('has one form for every letter, mark and sign that changes in any way, composed, decomposed and folded', () => {
    const differing: string[] = [];
    for (let code = 0; code < 0x2_fa20; code += 1) {
      // Plain ideographs and unassigned codes have no other form.
      if ((code >= 0x3400 && code < 0xa000) || (code >= 0xd800 && code < 0xf900) || (code >= 0x2_0000 && code < 0x2_f800)) continue;
      const value = `a${String.fromCodePoint(code)}b`;
      const folded = foldText(value);
      const isOne =
        foldText(folded) === folded && foldText(value.normalize('NFD')) === folded && foldText(value.normalize('NFC')) === folded;
      if (!isOne) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });
});
