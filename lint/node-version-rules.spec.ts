import { readFileSync } from 'node:fs';
import { isInRange, parseRange } from './node-range.js';
import { checkNodeVersions } from './node-version-rules.js';

const own = '^20.19.0 || ^22.13.0 || >=24.11.0';
const check = (engines: unknown, readme = 'You need Node (20.19, 22.13, 24.11 or newer).') =>
  checkNodeVersions(
    JSON.stringify({ packages: { '': { engines: { node: own } }, 'node_modules/a': { engines } } }),
    new Map([['README.md', readme]]),
  );

describe('the versions of Node', () => {
  it.each(['>=18', '*', '', '18 || 20 || >=22', '>= 20.19.0', '^20.19.0 || >=22.12.0', '10.* || >= 12.*', '>=8', '^20.12||^22.13||>=24.0'])(
    'npm ci prints no warning for a package that accepts %s',
    (node) => {
      expect(check({ node })).toEqual([]);
    },
  );

  it.each(['>=22', '^20.19.0 || ^22.13.0', '^22.22.3 || ^24.15.0 || >=26.0.0', '20 || 22 || 24', '<26', '20.19.x || >=22', '>20.19.0'])(
    'a package that accepts only %s is reported, because npm ci would print a warning',
    (node) => {
      expect(check({ node }).map(({ rule }) => rule)).toEqual(['node-versions']);
    },
  );

  it('a list, an old form of engines, is ignored as npm ignores it', () => {
    expect(check(['node >= 0.6'])).toEqual([]);
  });

  it('a README that names other versions than engines is reported', () => {
    expect(check({}, 'You need Node (20.19 or newer).')).toMatchObject([{ path: 'README.md' }]);
  });

  it('ranges with a hyphen, a tilde or a lone major mean what npm means', () => {
    expect(isInRange([20, 5, 0], parseRange('18.0.0 - 20'))).toBe(true);
    expect(isInRange([21, 0, 0], parseRange('18.0.0 - 20'))).toBe(false);
    expect(isInRange([20, 19, 9], parseRange('~20.19.1'))).toBe(true);
    expect(isInRange([20, 20, 0], parseRange('~20.19.1'))).toBe(false);
    expect(isInRange([20, 20, 0], parseRange('20'))).toBe(true);
    expect(() => parseRange('latest')).toThrow('latest');
  });

  it('this repository prints no warning on any version that it names', () => {
    const documents = new Map(['README.md', 'CONTRIBUTING.md'].map((path) => [path, readFileSync(path, 'utf8')]));
    expect(checkNodeVersions(readFileSync('package-lock.json', 'utf8'), documents)).toEqual([]);
  });
});
