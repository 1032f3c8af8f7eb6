import { checkAdrLength } from './adr-rules.js';

const path = 'docs/adr/0001-one-contract-as-tables.md';
const words = (count: number): string => `# ${'word '.repeat(count - 1)}\n`;

describe('the length of decision records', () => {
  it('allows 250 words with the title', () => {
    expect(checkAdrLength({ path, text: words(250) })).toEqual([]);
  });

  it('refuses a 251st word', () => {
    expect(checkAdrLength({ path, text: words(251) })).toEqual([
      expect.objectContaining({ path, rule: 'adr-length', message: expect.stringContaining('251') }),
    ]);
  });

  it('leaves the list of decisions and other pages alone', () => {
    for (const other of ['docs/adr/README.md', 'docs/how-a-message-travels.md'])
      expect(checkAdrLength({ path: other, text: words(500) })).toEqual([]);
  });
});
