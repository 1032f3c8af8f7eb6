import { createHash } from 'node:crypto';
import { SessionId } from '#contracts/primitives.js';

/**
 * The id of an outside issuer's session, the same on every node: a UUIDv8 (RFC 9562, section 5.8) made from SHA-256. `session` is
 * the issuer's own session (`sid`), else the token's id (`jti`), else the token's text.
 */
export function derivedSessionId(issuer: string, subject: string, session: string): SessionId {
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, subject, session]))
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return SessionId.parse([hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-'));
}
