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
import { blockChanged, Blocks } from '../../users/blocks.js';

/** A join is signalled when it is committed to the log. The database, which is read here, shows it a little later. */
const settleMs = 250;

/** Lets both participants of a direct conversation watch each other's presence, unless one blocks the other. */
@Injectable()
export class WatchPeers {
  private readonly logger = new Logger(WatchPeers.name);

  constructor(
    private readonly access: Access,
    private readonly conversations: Conversations,
    private readonly blocks: Blocks,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
  ) {}

  /** A user who joins a direct conversation sees the peer's presence once the database shows the membership. */
  @OnRoomJoined()
  watchJoined(conversationId: ConversationId, userId: UserId): void {
    if (this.rooms.isConnected(userId)) this.watchLater(conversationId, userId);
  }

  /** Makes a new socket watch all peers of its user, except those who block the user. */
  async watchAll(userId: UserId, socketId: string): Promise<void> {
    this.rooms.watchPresence(socketId, await this.conversations.peersOf(userId));
  }

  private watchLater(conversationId: ConversationId, userId: UserId): void {
    setTimeout(() => void this.watchEachOther(conversationId, userId), settleMs).unref();
  }

  private async watchEachOther(conversationId: ConversationId, userId: UserId): Promise<void> {
    try {
      const { conversation } = await this.access.of(conversationId, userId);
      const [peer] = (conversation.peers ?? []).filter((id) => id !== userId);
      if (peer === undefined || (await this.blocks.isBlockedEitherWay(userId, peer))) return;
      this.rooms.watchPresenceAsUser(userId, peer);
      this.rooms.watchPresenceAsUser(peer, userId);
    } catch (error) {
      if (!(error instanceof AppError))
        this.logger.warn({ err: error, conversationId }, 'the participants of a direct conversation could not watch each other');
    }
  }

  /** A blocked user sees the blocking user go offline, and no changes from then on. */
  @OnSignal(blockChanged)
  async unwatchBlocked({ userId, blockedId }: Payload<typeof blockChanged>): Promise<void> {
    try {
      const blockers = await this.blocks.findBlockers(blockedId, [userId]);
      if (!blockers.has(userId)) return;
      this.rooms.unwatchPresenceAsUser(blockedId, userId);
      this.emitter.toUser(blockedId, 'presence.changed', { userId, status: 'offline', lastSeenAt: null, text: null });
    } catch (error) {
      this.logger.warn({ err: error, userId }, 'a block could not be applied to presence');
    }
  }
}
