import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '#contracts/primitives.js';

const keptMs = 60_000;

/**
 * Remembers revoked sessions and users for a minute, so that a socket is closed too if its token was verified before the revocation and
 * it connects after it.
 */
@Injectable()
export class Revocations {
  private readonly revokedAt = new Map<SessionId | UserId, number>();

  recordRevocation(id: SessionId | UserId): void {
    this.revokedAt.delete(id);
    this.revokedAt.set(id, performance.now());
  }

  /** Whether one of them was revoked at or after `since`, milliseconds of `performance.now()`. */
  wasAnyRevoked(since: number, ...ids: ReadonlyArray<SessionId | UserId>): boolean {
    return ids.some((id) => (this.revokedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= since);
  }

  forgetExpired(now: number): void {
    for (const [id, at] of this.revokedAt) {
      if (now - at < keptMs) return;
      this.revokedAt.delete(id);
    }
  }
}
