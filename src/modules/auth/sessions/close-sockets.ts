import { Injectable } from '@nestjs/common';
import { OnSignal } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import { Rooms } from '../../realtime/rooms.js';
import { userDisabled } from '../../users/user-signals.js';
import { sessionRevoked } from '../session-signals.js';

/** Closes the sockets of revoked sessions and disabled users, each node its own; requests are refused by `SessionStates`. */
@Injectable()
export class CloseSockets {
  constructor(private readonly rooms: Rooms) {}

  @OnSignal(sessionRevoked)
  closeSession({ sessionId, reason }: Payload<typeof sessionRevoked>): void {
    this.rooms.closeSession(sessionId, 'revoked', reason);
  }

  @OnSignal(userDisabled)
  closeUser({ userId, disabled }: Payload<typeof userDisabled>): void {
    if (disabled) this.rooms.closeUser(userId, 'revoked', 'the account is disabled');
  }
}
