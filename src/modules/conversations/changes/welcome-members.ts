import { Injectable } from '@nestjs/common';
import type { Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Emitter } from '../../realtime/emitter.js';
import { Conversations } from '../conversations.js';
import { permissionsOf } from '../domain/permissions.js';

/** Somebody who is in now. */
export interface Newcomer {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedSeq: number;
}

/** Tells people that they are in a conversation now, on all their sockets. */
@Injectable()
export class WelcomeMembers {
  constructor(
    private readonly conversations: Conversations,
    private readonly emitter: Emitter,
  ) {}

  /** Call it once storage shows the memberships and the rooms are joined: nothing lies between what it tells and the next event. */
  async welcome(conversationId: ConversationId, newcomers: readonly Newcomer[]): Promise<void> {
    const [first] = newcomers;
    const conversation = first && (await this.conversations.presentOne(conversationId, first.userId));
    if (!conversation) return;
    const { type, policy, seq } = conversation;
    for (const { userId, role, joinedSeq } of newcomers) {
      const permissions = permissionsOf({ type, policy, role, blocked: false });
      const me = { role, readSeq: joinedSeq, deliveredSeq: joinedSeq, unreadCount: Math.max(0, seq - joinedSeq), permissions };
      this.emitter.toUser(userId, 'conversation.added', { ...conversation, me });
    }
  }
}
