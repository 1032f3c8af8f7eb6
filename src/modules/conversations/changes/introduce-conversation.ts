import { Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { Signals } from '#platform/signals/signals.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { Rooms } from '../../realtime/rooms.js';
import { contactsChanged } from '../contacts.js';
import { firstRev, type NewConversation } from '../infra/new-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { WelcomeMembers } from './welcome-members.js';

/** Makes a conversation that was just stored known to its members. */
@Injectable()
export class IntroduceConversation {
  constructor(
    private readonly rooms: Rooms,
    private readonly signals: Signals,
    private readonly log: ConversationLog,
    private readonly welcomeMembers: WelcomeMembers,
    private readonly findConversations: FindConversations,
  ) {}

  /** Brings the members' sockets into the room, sends them `conversation.added` and answers the conversation as its creator sees it. */
  async execute(creatorId: UserId, { id, type, visibility, members }: NewConversation): Promise<Conversation> {
    const place = { epoch: this.log.epoch(), rev: firstRev };
    for (const { userId } of members) this.rooms.joinConversation(id, userId, { after: place, visibleFromSeq: 1 });
    if (visibility === 'private' && members.length > 1) {
      const userIds = members.map((member) => member.userId);
      this.signals.publish(contactsChanged, { userIds, isWhole: true, isDirect: type === 'direct' });
    }
    await this.signals.awaitDelivery();
    await this.welcomeMembers.welcome(
      id,
      members.map((member) => ({ ...member, joinedSeq: 0, mute: null })),
    );
    return this.findConversations.getConversation(creatorId, id);
  }
}
