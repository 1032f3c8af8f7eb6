import { type SearchUnit, splitIntoUnits } from './search-words.js';

/** Units that have to stand one after the other: a word, a quoted phrase, or a word with a dash. */
export interface SearchTerm {
  readonly units: readonly SearchUnit[];
  /** Whether the last unit only has to begin a word of the message. */
  readonly isPrefix: boolean;
}

/** What a user searches for. */
export interface SearchQuery {
  /** All of them have to occur. */
  readonly wanted: readonly SearchTerm[];
  /** None of them may occur. */
  readonly excluded: readonly SearchTerm[];
}

/** A shorter beginning would match most of the messages. In UTF-16 code units. */
const prefixLengthMin = 2;
const termPattern = /(?<minus>-?)(?:["“”„](?<phrase>[^"“”„]*)(?:["“”„]|$)(?<star>\*?)|(?<word>[^\s"“”„]+))/gu;

/**
 * Reads a query: words, `"phrases"`, `-excluded` words or phrases, and `begin*`. A word without quotes also matches longer words
 * that it begins, from two characters on; a quoted or excluded one only with a star. Any text is a query.
 */
export function parseSearchQuery(text: string): SearchQuery {
  const wanted: SearchTerm[] = [];
  const excluded: SearchTerm[] = [];
  for (const { groups = {} } of text.matchAll(termPattern)) {
    const { minus = '', phrase, star = '', word = '' } = groups;
    const units = splitIntoUnits(phrase ?? word);
    const last = units.at(-1);
    if (last === undefined) continue;
    const isExcluded = minus !== '';
    const isOpen = star !== '' || (phrase ?? word).endsWith('*') || (phrase === undefined && !isExcluded);
    const isPrefix = isOpen && !last.isCharacter && last.folded.length >= prefixLengthMin;
    (isExcluded ? excluded : wanted).push({ units, isPrefix });
  }
  return { wanted, excluded };
}

/** The same terms as whole words. */
export function asWholeWords(terms: readonly SearchTerm[]): SearchTerm[] {
  return terms.map(({ units }) => ({ units, isPrefix: false }));
}
