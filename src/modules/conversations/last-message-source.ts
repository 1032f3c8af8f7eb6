import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** The newest message of conversations as one viewer may see it. Provided by the messages module. */
export abstract class LastMessageSource {
  /** Conversations without a message the viewer may see are left out. */
  abstract newest(ids: readonly ConversationId[], viewerId: UserId): Promise<Map<ConversationId, Message>>;
}

/** Where the source of last messages registers itself (`onModuleInit`), so that conversations need not import it. */
@Injectable()
export class LastMessageSources {
  private source: LastMessageSource | undefined;

  register(source: LastMessageSource): void {
    this.source = source;
  }

  /** The newest messages of the registered source; none when nobody registered. */
  newest(ids: readonly ConversationId[], viewerId: UserId): Promise<Map<ConversationId, Message>> {
    return this.source?.newest(ids, viewerId) ?? Promise.resolve(new Map<ConversationId, Message>());
  }
}
