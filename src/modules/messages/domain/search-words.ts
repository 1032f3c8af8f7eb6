import { foldText } from '#platform/fold-text.js';

/** What search takes as one unit: a word, an emoji, or one character of a script that writes words without spaces. */
export interface SearchUnit {
  readonly folded: string;
  /** Where the unit stands in the original text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Whether it is a character of an unspaced script. Such a character is found wherever it stands. */
  readonly isCharacter: boolean;
  /** Whether the next unit continues an unspaced run of characters. */
  readonly isContinued: boolean;
}

/** A lexeme of the index and the place of its unit in the text, from 1 on. */
export interface Lexeme {
  readonly text: string;
  readonly position: number;
}

/** Longer words are found by their beginning. In UTF-16 code units; a lexeme in Postgres holds 2046 bytes. */
const unitLengthMax = 64;
/** Postgres does not distinguish positions above this one. */
const positionMax = 16_383;
/** Length of all lexemes of a text together. In UTF-8 it stays below the 1 MB that a `tsvector` may have. */
const lexemesLengthMax = 250_000;

/** Scripts without spaces between words, and Hangul, whose compounds have none. The last four characters belong to both kana. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u30fc\\uff70\\uff9e\\uff9f';
const continuing = '\\p{M}\\p{Default_Ignorable_Code_Point}';
/** `↔` with a stroke is another spelling of the sign `↮`, which is no pictograph. */
const struckArrow = '\\u2194\\p{M}*\\u0338';
const pictograph = `(?!${struckArrow})\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\ufe0e\\ufe0f\\u20e3]*`;
// Written as text, because TypeScript accepts the flag `v`, which brings the set operations, only for later targets than ours.
const unitPattern = new RegExp(
  [
    `(?<run>[[\\p{L}\\p{N}]&&[${unspaced}]][[[\\p{L}\\p{N}]&&[${unspaced}]]${continuing}]*)`,
    `(?<word>[[\\p{L}\\p{N}]--[${unspaced}]][[[\\p{L}\\p{N}]--[${unspaced}]]${continuing}]*)`,
    `${pictograph}(?:\\u200d${pictograph})*`,
    '\\p{Regional_Indicator}{2}',
  ].join('|'),
  'gv',
);
/** One character of an unspaced run: a syllable of separate Hangul letters, or a letter with its marks. */
const characterPattern =
  /[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*[\p{M}\p{Default_Ignorable_Code_Point}]*|[^][\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]*/gu;
/** Marks, separate Hangul letters and narrow kana: with one of them, a character is more than one code point, or has another form. */
const compound = /[\p{M}\p{Default_Ignorable_Code_Point}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff65-\uffdc]/u;
const presentation = /[\ufe0e\ufe0f]/g;
// oxlint-disable-next-line no-control-regex
const ascii = /^[\0-\x7f]*$/;
const asciiWord = /[a-z0-9]+/gi;

/** Words that were folded lately: some megabytes at most. */
const foldedWordsMax = 10_000;
const foldedWords = new Map<string, string>();

/** The units of a text, in their order. The same text in another spelling has the same units. */
export function splitIntoUnits(text: string): SearchUnit[] {
  const found: SearchUnit[] = [];
  if (ascii.test(text)) {
    for (const match of text.matchAll(asciiWord)) pushUnit(found, match[0], match.index, foldAscii);
    return found;
  }
  for (const { 0: whole, index, groups } of text.matchAll(unitPattern)) {
    if (groups?.run !== undefined) pushCharacters(found, whole, index);
    else pushUnit(found, whole, index, groups?.word === undefined ? foldEmoji : foldWord);
  }
  return found;
}

/**
 * The lexemes of a text. A word is one; a run of characters gives each pair of neighbours, at the place of the first, and its last
 * character alone, so that a single character is the beginning of a lexeme. The first 16,383 units of a text are indexed.
 */
export function lexemesOf(text: string): Lexeme[] {
  const all = splitIntoUnits(text).slice(0, positionMax);
  const found: Lexeme[] = [];
  let length = 0;
  for (const [index, { folded, isContinued }] of all.entries()) {
    const lexeme = isContinued ? folded + (all[index + 1]?.folded ?? '') : folded;
    length += lexeme.length;
    if (length > lexemesLengthMax) break;
    found.push({ text: lexeme, position: index + 1 });
  }
  return found;
}

function pushCharacters(found: SearchUnit[], run: string, offset: number): void {
  const before = found.length;
  if (compound.test(run) || run.normalize('NFKC') !== run) {
    for (const match of run.matchAll(characterPattern)) pushUnit(found, match[0], offset + match.index, foldWord, true);
  } else {
    let start = offset;
    for (const folded of run) {
      found.push({ folded, start, end: start + folded.length, isCharacter: true, isContinued: true });
      start += folded.length;
    }
  }
  const last = found.at(-1);
  if (last !== undefined && found.length > before) found[found.length - 1] = { ...last, isContinued: false };
}

function pushUnit(found: SearchUnit[], whole: string, start: number, fold: (text: string) => string, isCharacter = false): void {
  const folded = fold(whole);
  if (folded !== '') found.push({ folded, start, end: start + whole.length, isCharacter, isContinued: isCharacter });
}

function foldAscii(word: string): string {
  return cut(word.toLowerCase());
}

/** Most words of a language come again and again, and folding one costs ten times the lookup. */
function foldWord(word: string): string {
  const known = foldedWords.get(word);
  if (known !== undefined) return known;
  const folded = cut(foldText(word));
  if (word.length > unitLengthMax) return folded;
  if (foldedWords.size >= foldedWordsMax) foldedWords.clear();
  foldedWords.set(word, folded);
  return folded;
}

/** An emoji is the same with and without its presentation selector. */
function foldEmoji(emoji: string): string {
  return cut(emoji.replace(presentation, ''));
}

/** The beginning of a long unit. It does not end within a pair of surrogates, which Postgres would refuse. */
function cut(folded: string): string {
  return folded.length <= unitLengthMax ? folded : folded.slice(0, unitLengthMax).replace(/[\ud800-\udbff]$/, '');
}
