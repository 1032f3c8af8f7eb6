import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '#contracts/primitives.js';

const keptMs = 60_000;

/** Remembers for a minute who was closed, so that a handshake which was proved before and connects after is caught too. */
@Injectable()
export class Revocations {
  private readonly closedAt = new Map<SessionId | UserId, number>();

  add(id: SessionId | UserId): void {
    this.closedAt.delete(id);
    this.closedAt.set(id, Date.now());
  }

  /** Whether one of them was closed at or after `since`, milliseconds since 1970. */
  hasSince(since: number, ...ids: ReadonlyArray<SessionId | UserId>): boolean {
    return ids.some((id) => (this.closedAt.get(id) ?? 0) >= since);
  }

  sweep(now: number): void {
    for (const [id, at] of this.closedAt) {
      if (now - at < keptMs) return;
      this.closedAt.delete(id);
    }
  }
}
