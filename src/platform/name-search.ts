import { foldText } from './fold-text.js';

const gramCharactersMax = 3;

/** What is stored beside a user's names so that they are found by any part of them. */
export interface SearchableNames {
  /** The folded names, each in its own line, so that no match reaches from one into the other. */
  readonly searchText: string;
  /** All parts of one to three characters. An index finds them whatever the locale of the database is. */
  readonly searchGrams: string[];
}

/** The searchable form of a user's names. */
export function searchableNames(...names: readonly string[]): SearchableNames {
  const folded = names.map(foldText);
  return { searchText: folded.join('\n'), searchGrams: [...new Set(folded.flatMap(gramsOf))] };
}

/** The grams that every text containing the folded query has. They can occur in other texts too, so the text has to be checked. */
export function gramsToFind(foldedQuery: string): string[] {
  const characters = Array.from(foldedQuery);
  return [...new Set(gramsOfLength(characters, Math.min(gramCharactersMax, characters.length)))];
}

function gramsOf(text: string): string[] {
  const characters = Array.from(text);
  return [1, 2, gramCharactersMax].flatMap((length) => gramsOfLength(characters, length));
}

function gramsOfLength(characters: readonly string[], length: number): string[] {
  const count = Math.max(0, characters.length - length + 1);
  return Array.from({ length: count }, (_, index) => characters.slice(index, index + length).join(''));
}
