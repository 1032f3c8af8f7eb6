import { checkFileName } from './file-rules.js';

describe('rules about file names', () => {
  it.each(['src/modules/messages/sendMessage.ts', 'src/Users.ts', 'src/platform/rate_limits.ts'])('refuses %s', (path) => {
    expect(checkFileName({ path, text: '' }).map(({ rule }) => rule)).toEqual(['file-names']);
  });

  it.each([
    'src/modules/messages/send/send-message.spec.ts',
    'contracts/routes/auth.routes.ts',
    'src/database/migrations/0001-initial.ts',
    'scripts/check.mjs',
  ])('allows %s', (path) => {
    expect(checkFileName({ path, text: '' })).toEqual([]);
  });

  it('refuses a barrel in a module', () => {
    expect(checkFileName({ path: 'src/modules/users/index.ts', text: '' }).map(({ rule }) => rule)).toEqual(['no-barrels']);
  });
});
