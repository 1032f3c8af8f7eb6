import type { SessionId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { ProvenTokens } from './proven-tokens.js';

const caller = { userId: newId<UserId>(), sessionId: newId<SessionId>(), expiresAt: 10_000 };

describe('ProvenTokens', () => {
  it('remembers a token until it expires, and not a moment longer', () => {
    const tokens = new ProvenTokens();
    tokens.rememberToken('one', caller);
    expect(tokens.recallCaller('one', 9_999)).toBe(caller);
    expect(tokens.recallCaller('one', 10_000)).toBeUndefined();
    expect(tokens.recallCaller('one', 9_999)).toBeUndefined();
  });

  it('recognizes a token by its whole text only', () => {
    const tokens = new ProvenTokens();
    tokens.rememberToken('header.claims.signature', caller);
    for (const other of ['header.claims.', 'header.claims.signaturE', 'header.claims.signature ', ''])
      expect(tokens.recallCaller(other, 0)).toBeUndefined();
  });
});
