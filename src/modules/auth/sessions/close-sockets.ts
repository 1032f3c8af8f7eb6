import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Signals } from '#platform/signals.js';
import { Rooms } from '../../realtime/rooms.js';
import { userDisabled } from '../../users/user-signals.js';
import { sessionRevoked } from '../session-signals.js';

/** Closes the sockets of revoked sessions and disabled users, each node its own; requests are refused by `SessionStates`. */
@Injectable()
export class CloseSockets implements OnModuleInit {
  constructor(
    private readonly signals: Signals,
    private readonly rooms: Rooms,
  ) {}

  onModuleInit(): void {
    this.signals.subscribe(sessionRevoked, ({ sessionId, reason }) => this.rooms.closeSession(sessionId, 'revoked', reason));
    this.signals.subscribe(userDisabled, ({ userId, disabled }) => {
      if (disabled) this.rooms.closeUser(userId, 'revoked', 'the account is disabled');
    });
  }
}
