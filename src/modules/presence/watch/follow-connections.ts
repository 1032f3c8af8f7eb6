import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../../../transport/caller.js';
import { ConnectionHooks } from '../../realtime/connection-hooks.js';
import { Presence } from '../presence.js';
import { Typing } from '../typing.js';
import { LinkPeers } from './link-peers.js';
import { WatchList } from './watch-list.js';

/** Each connection is a device of its user: its coming and going is what presence is made of. */
@Injectable()
export class FollowConnections implements OnModuleInit {
  private readonly logger = new Logger(FollowConnections.name);

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly presence: Presence,
    private readonly typing: Typing,
    private readonly peers: LinkPeers,
    private readonly watched: WatchList,
  ) {}

  onModuleInit(): void {
    this.hooks.onConnected(async ({ userId }, socketId) => {
      await Promise.all([this.presence.connected(userId, socketId), this.peers.connected(userId, socketId)]);
    });
    this.hooks.onDisconnected((caller, socketId) => this.disconnected(caller, socketId));
  }

  private disconnected({ userId }: Caller, socketId: string): void {
    this.watched.forget(socketId);
    this.typing.stopSocket(socketId);
    this.presence
      .disconnected(userId, socketId)
      .catch((err: unknown) => this.logger.warn({ err, userId }, 'a device could not be taken off'));
  }
}
