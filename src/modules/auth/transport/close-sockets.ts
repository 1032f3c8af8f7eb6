import { Injectable } from '@nestjs/common';
import { OnSignal } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import { Rooms } from '../../realtime/rooms.js';
import { sessionRevoked } from '../revoke-session.js';

/** Closes this node's sockets of revoked sessions. `SessionStates` refuses their requests. */
@Injectable()
export class CloseSockets {
  constructor(private readonly rooms: Rooms) {}

  @OnSignal(sessionRevoked)
  closeSession({ sessionId, reason }: Payload<typeof sessionRevoked>): void {
    this.rooms.closeSession(sessionId, 'revoked', reason);
  }
}
