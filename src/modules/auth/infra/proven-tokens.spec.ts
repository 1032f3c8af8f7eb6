import type { SessionId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { ProvenTokens } from './proven-tokens.js';

const caller = { userId: newId<UserId>(), sessionId: newId<SessionId>(), expiresAt: 10_000 };

describe('proven tokens', () => {
  it('are known until their time is over, and not a moment longer', () => {
    const tokens = new ProvenTokens();
    tokens.remember('one', caller);
    expect(tokens.recall('one', 9_999)).toBe(caller);
    expect(tokens.recall('one', 10_000)).toBeUndefined();
    expect(tokens.recall('one', 9_999)).toBeUndefined();
  });

  it('are known by their whole text alone', () => {
    const tokens = new ProvenTokens();
    tokens.remember('header.claims.signature', caller);
    for (const other of ['header.claims.', 'header.claims.signaturE', 'header.claims.signature ', ''])
      expect(tokens.recall(other, 0)).toBeUndefined();
  });
});
