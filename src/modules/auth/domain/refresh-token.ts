import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** A new refresh token: 32 random bytes as base64url. Opaque, so it cannot be mistaken for an access token. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The stored form of a refresh token. Plain SHA-256 suffices: 256 random bits cannot be guessed, so a slow hash adds nothing. */
export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The key from which the next refresh tokens are derived; it serves no other purpose. */
export function refreshTokenKey(authSecret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', authSecret, '', 'parley refresh token', 32));
}

/**
 * The refresh token that follows this one. It is derived, so that a repeated refresh gets the same token from every node, also after a
 * restart, and no secret is stored. Without the key it cannot be guessed.
 */
export function nextRefreshToken(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}
