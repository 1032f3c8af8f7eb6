import { Injectable } from '@nestjs/common';
import type { Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Emitter } from '../../realtime/emitter.js';
import { Conversations } from '../conversations.js';
import { permissionsOf } from '../domain/permissions.js';
import type { LockedState } from '../infra/locked-state.js';
import type { Joining } from './member-joined.js';

/** A user who has just become a member. */
export interface Newcomer {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedSeq: number;
}

/** The newcomer that a joining makes. */
export function newcomer({ conversation }: LockedState, { userId, role }: Joining): Newcomer {
  return { userId, role, joinedSeq: conversation.last_seq };
}

/** Sends `conversation.added` to all sockets of new members. */
@Injectable()
export class WelcomeMembers {
  constructor(
    private readonly conversations: Conversations,
    private readonly emitter: Emitter,
  ) {}

  /** To be called once storage shows the memberships and the rooms are joined: then nothing lies between this event and the next one. */
  async welcome(conversationId: ConversationId, newcomers: readonly Newcomer[]): Promise<void> {
    const [first] = newcomers;
    const conversation = first && (await this.conversations.presentOne(first.userId, conversationId));
    if (conversation === undefined) return;
    const { type, policy, seq } = conversation;
    for (const { userId, role, joinedSeq } of newcomers) {
      const permissions = permissionsOf({ type, policy, role, blocked: false });
      const me = { role, readSeq: joinedSeq, deliveredSeq: joinedSeq, unreadCount: Math.max(0, seq - joinedSeq), permissions };
      this.emitter.toUser(userId, 'conversation.added', { ...conversation, me });
    }
  }
}
