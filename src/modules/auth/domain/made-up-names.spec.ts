import { Username } from '#contracts/users/schemas.js';
import { displayNameFrom, otherUsername, usernameFrom } from './made-up-names.js';

describe('names for users of an outside issuer', () => {
  it.each([
    [['Ada.Lovelace'], 'ada.lovelace'],
    [['ada@example.org'], 'ada-example.org'],
    [[undefined, 'sub-1'], 'sub-1'],
    [['x', 'auth0|42'], 'auth0-42'],
    [['a'.repeat(80)], 'a'.repeat(32)],
    [['Ольга'], 'ольга'],
    [['Zoë Łoś'], 'zoe-los'],
  ])('makes a valid user name of %j', (wishes, username) => {
    expect(usernameFrom(wishes)).toBe(username);
  });

  it('makes up a name when no wish is valid', () => {
    expect(usernameFrom([undefined, '!'])).toMatch(/^user-[a-z0-9]{10}$/);
  });

  it('stays valid with a random suffix', () => {
    expect(Username.safeParse(otherUsername('a'.repeat(32))).success).toBe(true);
    expect(otherUsername('ada')).toMatch(/^ada-.{6}$/);
    for (const name of ['ольга', 'שלום', 'มานะ', '山'.repeat(32)]) expect(Username.parse(otherUsername(name))).not.toBe(name);
  });

  it('takes the first valid display name', () => {
    expect(displayNameFrom(['', 'x'.repeat(81), 7, 'Ada'], 'fallback')).toBe('Ada');
    expect(displayNameFrom([undefined], 'fallback')).toBe('fallback');
  });
});
