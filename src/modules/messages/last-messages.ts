import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../conversations/access.js';
import { LastMessageSource, LastMessageSources } from '../conversations/last-message-source.js';
import { MessageReader } from './message-reader.js';

/** The newest message of each conversation, for lists; none where the viewer may not see it (it was sent before they joined). */
@Injectable()
export class LastMessages extends LastMessageSource implements OnModuleInit {
  constructor(
    private readonly sources: LastMessageSources,
    private readonly reader: MessageReader,
    private readonly access: Access,
  ) {
    super();
  }

  onModuleInit(): void {
    this.sources.register(this);
  }

  async newest(ids: readonly ConversationId[], viewerId: UserId): Promise<Map<ConversationId, Message>> {
    const newest = await this.reader.newest(ids, viewerId);
    for (const [id, message] of newest) {
      const member = await this.access.of(id, viewerId);
      if (message.seq < member.visibleFromSeq) newest.delete(id);
    }
    return newest;
  }
}
