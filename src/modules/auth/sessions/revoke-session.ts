import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Signals } from '#platform/signals/signals.js';
import { SessionStore } from '../infra/session-store.js';
import { sessionRevoked } from '../session-signals.js';

/** Ends sessions: stored first, then told to all nodes, which have forgotten them and closed their sockets when it is answered. */
@Injectable()
export class RevokeSession {
  constructor(
    private readonly store: SessionStore,
    private readonly signals: Signals,
  ) {}

  /** Ends one of the user's sessions; again for one that has ended changes nothing. Throws `session.notFound`. */
  async execute(userId: UserId, sessionId: SessionId, reason: string): Promise<void> {
    if (!(await this.store.belongsTo(sessionId, userId))) throw new AppError('session.notFound');
    await this.store.revoke(sessionId);
    this.announce(sessionId, reason);
    await this.signals.settled();
  }

  /** For a session that is revoked in the store already. `reason` is what its sockets are told. */
  announce(sessionId: SessionId, reason: string): void {
    this.signals.publish(sessionRevoked, { sessionId, reason });
  }
}
