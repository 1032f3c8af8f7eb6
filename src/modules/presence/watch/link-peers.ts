import { Injectable, Logger } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import type { Payload } from '#platform/signals/signals.js';
import { Access } from '../../conversations/access.js';
import { Conversations } from '../../conversations/conversations.js';
import { OnRoomJoined } from '../../realtime/connection-events.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import { Blocks } from '../../users/blocks.js';
import { blockChanged } from '../../users/user-signals.js';

/** A joining is told when it is committed to the log; the database, which is asked here, follows. */
const settleMs = 250;

/** Lets the two of a direct conversation see each other's presence, unless one blocks the other. */
@Injectable()
export class LinkPeers {
  private readonly logger = new Logger(LinkPeers.name);

  constructor(
    private readonly access: Access,
    private readonly conversations: Conversations,
    private readonly blocks: Blocks,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
  ) {}

  /** A user who joins a direct conversation sees the peer's presence once the database shows the membership. */
  @OnRoomJoined()
  linkJoined(conversationId: ConversationId, userId: UserId): void {
    if (this.rooms.isConnected(userId)) this.linkLater(conversationId, userId);
  }

  /** A socket that connects watches all peers of its user but those who block them. */
  async connected(userId: UserId, socketId: string): Promise<void> {
    this.rooms.watchPresence(socketId, await this.conversations.peersOf(userId));
  }

  private linkLater(conversationId: ConversationId, userId: UserId): void {
    setTimeout(() => void this.link(conversationId, userId), settleMs).unref();
  }

  private async link(conversationId: ConversationId, userId: UserId): Promise<void> {
    try {
      const { conversation } = await this.access.of(conversationId, userId);
      const [peer] = (conversation.peers ?? []).filter((id) => id !== userId);
      if (peer === undefined || (await this.blocks.isBlockedEitherWay(userId, peer))) return;
      this.rooms.watchPresenceAsUser(userId, peer);
      this.rooms.watchPresenceAsUser(peer, userId);
    } catch (err) {
      if (!(err instanceof AppError)) this.logger.warn({ err, conversationId }, 'the two of a direct conversation could not be linked');
    }
  }

  /** Who is blocked sees the other one go, and nothing any more. */
  @OnSignal(blockChanged)
  async unlink({ userId, blockedId }: Payload<typeof blockChanged>): Promise<void> {
    try {
      const blockers = await this.blocks.blockersAmong(blockedId, [userId]);
      if (!blockers.has(userId)) return;
      this.rooms.unwatchPresenceAsUser(blockedId, userId);
      this.emitter.toUser(blockedId, 'presence.changed', { userId, status: 'offline', lastSeenAt: null, text: null });
    } catch (err) {
      this.logger.warn({ err, userId }, 'a block could not be applied to presence');
    }
  }
}
