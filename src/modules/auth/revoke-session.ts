import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Signals, topic } from '#platform/signals/signals.js';
import { SessionStore } from './infra/session-store.js';

/** A session ended before it expired. Nodes forget it, and close its sockets with this reason. */
export const sessionRevoked = topic<{ readonly sessionId: SessionId; readonly reason: string }>('session.revoked');

/** Ends sessions. When `execute` resolves, every node refuses the session and has closed its sockets. */
@Injectable()
export class RevokeSession {
  constructor(
    private readonly store: SessionStore,
    private readonly signals: Signals,
  ) {}

  /** Ends a session of the user; a repeat changes nothing. Throws `session.notFound`. */
  async execute(userId: UserId, sessionId: SessionId, reason: string): Promise<void> {
    if (!(await this.store.hasSession(userId, sessionId))) throw new AppError('session.notFound');
    await this.store.revokeSession(sessionId);
    this.publishRevoked(sessionId, reason);
    await this.signals.awaitDelivery();
  }

  /** For a session that the store has revoked already. Its sockets close with `reason`. */
  publishRevoked(sessionId: SessionId, reason: string): void {
    this.signals.publish(sessionRevoked, { sessionId, reason });
  }
}
