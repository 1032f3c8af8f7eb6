import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token: 32 random bytes as base64url. Opaque, so it cannot be mistaken for an access token. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The stored form of a refresh token. Plain SHA-256 suffices: 256 random bits cannot be guessed, so a slow hash adds nothing. */
export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
