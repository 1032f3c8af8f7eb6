import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConversationLog } from '../../log/conversation-log.js';
import { ConnectionHooks, type Opening } from '../../realtime/connection-hooks.js';
import { Rooms } from '../../realtime/rooms.js';
import type { UserId } from '#contracts/primitives.js';
import { Conversations } from '../conversations.js';

/** Says which rooms a new connection is in and where each of its conversations stands, and tells all when the log begins another life. */
@Injectable()
export class OpenConnections implements OnModuleInit {
  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly conversations: Conversations,
    private readonly log: ConversationLog,
    private readonly rooms: Rooms,
  ) {}

  onModuleInit(): void {
    this.hooks.openWith((caller) => this.open(caller.userId));
    this.log.onEpochChanged(() => this.rooms.resynchronise());
  }

  private async open(userId: UserId): Promise<Opening> {
    const rooms = await this.conversations.idsOf(userId);
    const ready = async () => {
      const heads = await this.log.heads(rooms);
      const epoch = this.log.epoch();
      return rooms.flatMap((id) => {
        const head = heads.get(id);
        return head ? [{ id, epoch, ...head }] : [];
      });
    };
    return { rooms, ready };
  }
}
