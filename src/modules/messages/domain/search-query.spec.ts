import { highlightsOf } from './highlight.js';
import { parseSearchQuery, type SearchTerm } from './search-query.js';

const show = ({ units, isPrefix }: SearchTerm) => units.map(({ folded }) => folded).join('+') + (isPrefix ? '*' : '');

it.each([
  ['lunch noon', ['lunch*', 'noon*'], []],
  ['"lunch at" noon', ['lunch+at', 'noon*'], []],
  ['lunch -dinner -"late supper"', ['lunch*'], ['dinner', 'late+supper']],
  ['"lun*" -din*', ['lun*'], ['din*']],
  ['"lun"*', ['lun*'], []],
  ['e-mail a', ['e+mail*', 'a'], []],
  ['“at noon” „um zwölf“', ['at+noon', 'um+zwolf'], []],
  ['"not closed', ['not+closed'], []],
  ['中文 文*', ['中+文', '文'], []],
  ['-only', [], ['only']],
  ['!!! - "" "-" -""', [], []],
])('the query %j wants %j and excludes %j', (text, wanted, excluded) => {
  const query = parseSearchQuery(text);
  expect([query.wanted.map(show), query.excluded.map(show)]).toEqual([wanted, excluded]);
});

describe('highlights', () => {
  const marked = (text: string, query: string) =>
    highlightsOf(text, parseSearchQuery(query).wanted).map(({ offset, length }) => text.slice(offset, offset + length));

  it.each([
    ['Lunch at noon? lunches!', 'lunch', ['Lunch', 'lunches']],
    ['We lunch at noon', '"at noon" lunch', ['lunch', 'at noon']],
    ['a Cafe\u0301 here', 'café', ['Cafe\u0301']],
    ['😀 Ωραία ΟΔΟΣ', 'οδος', ['ΟΔΟΣ']],
    ['我們用中文搜索', '中文', ['中文']],
    ['我們用中文搜索', '文', ['文']],
    [`x ${'한국어'.normalize('NFD')} y`, '국어', ['국어'.normalize('NFD')]],
    ['aa bb cc', '"aa bb" "bb cc"', ['aa bb cc']],
    ['nothing', 'other', []],
  ])('in %j, the query %j marks %j', (text, query, expected) => {
    expect(marked(text, query)).toEqual(expected);
  });

  it('are at most fifty in a message', () => {
    expect(marked('yes '.repeat(500), 'yes')).toHaveLength(50);
  });
});
