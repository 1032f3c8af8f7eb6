import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '../../../transport/caller.js';
import { OnConnected, OnDisconnected } from '../../realtime/connection-events.js';
import { Presence } from '../presence.js';
import { Typing } from '../typing.js';
import { WatchContacts } from './watch-contacts.js';
import { WatchList } from './watch-list.js';

/** Treats each connection as a device of its user. Presence follows devices as they come and go. */
@Injectable()
export class FollowConnections {
  private readonly logger = new Logger(FollowConnections.name);

  constructor(
    private readonly presence: Presence,
    private readonly typing: Typing,
    private readonly contacts: WatchContacts,
    private readonly watched: WatchList,
  ) {}

  @OnConnected()
  async attachDevice({ userId }: Caller, socketId: string): Promise<void> {
    await Promise.all([this.presence.attachDevice(userId, socketId), this.contacts.watchPeers(userId, socketId)]);
  }

  @OnDisconnected()
  detachDevice({ userId }: Caller, socketId: string): void {
    this.watched.forgetSocket(socketId);
    this.typing.stopSocket(socketId);
    this.presence
      .detachDevice(userId, socketId)
      .catch((error: unknown) => this.logger.warn({ err: error, userId }, 'a device could not be detached'));
  }
}
