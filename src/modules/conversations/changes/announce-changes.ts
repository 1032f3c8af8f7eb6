import { Injectable } from '@nestjs/common';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import type { ConversationId } from '#contracts/primitives.js';
import { Access } from '../access.js';
import type { Change } from './change.js';

type Numbers = Pick<Committed, 'rev' | 'epoch'>;

/**
 * Makes a committed change felt: caches first, then rooms, then events. So a newcomer gets the event of their own joining,
 * and who leaves hears of nothing that comes after it.
 */
@Injectable()
export class AnnounceChanges {
  constructor(
    private readonly access: Access,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
  ) {}

  /** Tells the members of one change. Synchronous, called in `rev` order. */
  announce(conversationId: ConversationId, change: Change, numbers: Numbers): void {
    this.forget(conversationId, change);
    const { rev, epoch } = numbers;
    const base = { conversationId, rev, epoch };
    switch (change.kind) {
      case 'member.joined':
        this.rooms.join(change.body.userId, conversationId, { epoch, rev: rev - 1 });
        return this.emitter.toConversation(conversationId, 'member.joined', { ...base, member: change.member });
      case 'member.updated':
        return this.emitter.toConversation(conversationId, 'member.updated', { ...base, member: change.member });
      case 'member.left': {
        const { userId, reason } = change.body;
        this.rooms.leave(userId, conversationId);
        this.emitter.toConversation(conversationId, 'member.left', { ...base, userId, reason });
        return this.emitter.toUser(userId, 'conversation.removed', { id: conversationId, reason });
      }
      case 'conversation.updated':
        return this.emitter.toConversation(conversationId, 'conversation.updated', { ...change.conversation, rev, epoch, me: null });
      case 'conversation.deleted':
        this.emitter.toConversation(conversationId, 'conversation.removed', { id: conversationId, reason: 'deleted' });
        return this.rooms.closeConversation(conversationId);
    }
  }

  /** Drops what all nodes remember of the access this change is about. */
  forget(conversationId: ConversationId, change: Change): void {
    const userIds = 'userId' in change.body ? [change.body.userId] : [];
    this.access.changed({ conversationId, userIds, settings: userIds.length === 0 });
  }
}
