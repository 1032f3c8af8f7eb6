import fc from 'fast-check';
import { foldText } from './fold-text.js';
import { gramsToFind, searchableNames } from './name-search.js';

it('a name has every gram of every part of it, so that any part finds it', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(name, fc.nat(), fc.nat(), (text, start, length) => {
      const characters = Array.from(foldText(text));
      const from = start % Math.max(1, characters.length);
      const part = characters.slice(from, from + 1 + (length % 8)).join('');
      const { searchText, searchGrams } = searchableNames('ada', text);
      expect(searchText).toContain(part);
      expect(searchGrams).toEqual(expect.arrayContaining(gramsToFind(part)));
    }),
  );
});

it('a query of three characters or less is one gram', () => {
  expect(gramsToFind('a')).toEqual(['a']);
  expect(gramsToFind('山田')).toEqual(['山田']);
  expect(gramsToFind('anan')).toEqual(['ana', 'nan']);
});
