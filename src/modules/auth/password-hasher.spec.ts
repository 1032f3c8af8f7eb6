import { parseOptions } from '@node-rs/argon2';
import { argon2idFloor, PasswordHasher } from './password-hasher.js';

const argon2id = 2;

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();
  beforeAll(() => hasher.onModuleInit());

  it('stores argon2id with the floor parameters and a salt of its own', async () => {
    const [one, two] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(parseOptions(one)).toMatchObject({ algorithm: argon2id, ...argon2idFloor });
    expect(one).not.toBe(two);
  });

  it.each(['correct horse', `${'x'.repeat(255)}y`, 'Pässwörd 🔑', 'trailing space '])(
    'takes %j exactly, to its last character',
    async (password) => {
      const stored = await hasher.hash(password);
      await expect(hasher.verify(stored, password)).resolves.toBe(true);
      await expect(hasher.verify(stored, `${password.slice(0, -1)}?`)).resolves.toBe(false);
      await expect(hasher.verify(stored, password.toUpperCase().trim())).resolves.toBe(false);
    },
  );

  it('refuses everybody without a stored hash', async () => {
    await expect(hasher.verify(null, '')).resolves.toBe(false);
  });
});
