import type { SessionId } from '#contracts/primitives.js';
import { topic } from '#platform/signals/signals.js';

/** A session ended before its time: whoever remembers it as open forgets that, and its sockets close with this reason. */
export const sessionRevoked = topic<{ readonly sessionId: SessionId; readonly reason: string }>('session.revoked');
