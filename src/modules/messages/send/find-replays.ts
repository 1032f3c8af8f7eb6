import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { clientIdConflict } from '../../log/group-commit.js';
import { hashContent } from '../domain/message-content.js';
import type { MessageToSend } from './accept.js';

/** Finds out which messages of a send were committed before. */
@Injectable()
export class FindReplays {
  constructor(private readonly log: ConversationLog) {}

  /** The `seq` of each message that was committed under its client id, in order; undefined for new ones. Throws `message.clientIdConflict`. */
  async execute(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<Array<number | undefined>> {
    const keys = messages.flatMap(({ clientId }) => (clientId === undefined ? [] : [{ conversationId, actorId: senderId, clientId }]));
    const found = keys.length === 0 ? [] : await this.log.findKnown(keys);
    const byClientId = new Map(keys.map(({ clientId }, index) => [clientId, found[index]]));
    return messages.map((message, index) => {
      const known = message.clientId === undefined ? undefined : byClientId.get(message.clientId);
      if (known === undefined) return undefined;
      if (known.bodyHash?.equals(hashContent(message)) !== true) throw clientIdConflict(known.seq, index, messages.length);
      return known.seq ?? undefined;
    });
  }
}
