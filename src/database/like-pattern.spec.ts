import { containsPattern } from './like-pattern.js';

describe('containsPattern', () => {
  it.each([
    ['ada', '%ada%'],
    ['100%', '%100\\%%'],
    ['a_b', '%a\\_b%'],
    ['\\', '%\\\\%'],
  ])('escapes the wildcards of %s', (text, pattern) => {
    expect(containsPattern(text)).toBe(pattern);
  });
});
