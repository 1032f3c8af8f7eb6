import { parseOptions } from '@node-rs/argon2';
import { argon2idFloor, PasswordHasher } from './password-hasher.js';

const argon2id = 2;

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();
  beforeAll(() => hasher.onModuleInit());

  it('uses argon2id with the minimum parameters and a fresh salt', async () => {
    const [one, two] = await Promise.all([hasher.hashPassword('correct horse'), hasher.hashPassword('correct horse')]);
    expect(parseOptions(one)).toMatchObject({ algorithm: argon2id, ...argon2idFloor });
    expect(one).not.toBe(two);
  });

  it.each(['correct horse', `${'x'.repeat(255)}y`, 'Pässwörd 🔑', 'trailing space '])(
    'takes %j exactly, to its last character',
    async (password) => {
      const stored = await hasher.hashPassword(password);
      await expect(hasher.verifyPassword(stored, password)).resolves.toBe(true);
      await expect(hasher.verifyPassword(stored, `${password.slice(0, -1)}?`)).resolves.toBe(false);
      await expect(hasher.verifyPassword(stored, password.toUpperCase().trim())).resolves.toBe(false);
    },
  );

  it('refuses every password without a stored hash', async () => {
    await expect(hasher.verifyPassword(null, '')).resolves.toBe(false);
  });
});
