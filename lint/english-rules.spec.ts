import { checkEnglish } from './english-rules.js';

const rulesOf = (text: string): string[] => checkEnglish({ path: 'a.ts', text }).map(({ message }) => message);

describe('plain English in comments', () => {
  it.each([
    '/** Undefined for who is not in. */\nconst a = 1;',
    'const a = 1; // in vain',
    '/**\n * Half a line.\n * It tells of each change.\n */\nfunction a() {}',
    '// nobody waits\nconst a = 1;',
  ])('reports %s', (text) => {
    expect(rulesOf(text)).toHaveLength(1);
  });

  it('names the line', () => {
    expect(checkEnglish({ path: 'a.ts', text: '\n\n// at the most ten\nconst a = 1;' })).toMatchObject([{ line: 3 }]);
  });

  it.each(['/** Undefined for non-members. */\nconst a = 1;', "const user = 'nobody';", 'const hurry = 1;'])('allows %s', (text) => {
    expect(rulesOf(text)).toEqual([]);
  });
});
