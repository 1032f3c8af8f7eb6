import { Injectable } from '@nestjs/common';
import type { OwnMute, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import { Access } from '../access.js';
import { Conversations } from '../conversations.js';
import { permissionsOf } from '../domain/permissions.js';
import { presentOwnMute } from '../mute.js';
import type { Joining } from './member-joined.js';

/** A user who has just become a member. */
export interface Newcomer {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedSeq: number;
  readonly mute: OwnMute | null;
}

/** Sends `conversation.added` to all sockets of new members. */
@Injectable()
export class WelcomeMembers {
  constructor(
    private readonly access: Access,
    private readonly conversations: Conversations,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
  ) {}

  /**
   * Welcomes users who have joined. To be called once storage shows the memberships and the rooms are joined. Only storage knows where a
   * view exactly begins: messages may have been sent between the decision to let a user in and its commit.
   */
  async welcomeJoined(conversationId: ConversationId, joinings: readonly Joining[]): Promise<void> {
    const newcomers = await Promise.all(joinings.map((joining) => this.findNewcomer(conversationId, joining)));
    await this.welcome(
      conversationId,
      newcomers.filter((newcomer) => newcomer !== undefined),
    );
  }

  /** Welcomes the first members. Nothing lies between this event and the next one, because the rooms are joined. */
  async welcome(conversationId: ConversationId, newcomers: readonly Newcomer[]): Promise<void> {
    const [first] = newcomers;
    const conversation = first && (await this.conversations.presentOne(first.userId, conversationId));
    if (conversation === undefined) return;
    const { type, policy, seq, memberCount } = conversation;
    const isUnanswered = type === 'direct' && memberCount < 2;
    for (const { userId, role, joinedSeq, mute } of newcomers) {
      const permissions = permissionsOf({ type, policy, role, silenced: mute !== null || isUnanswered });
      const me = { role, readSeq: joinedSeq, deliveredSeq: joinedSeq, unreadCount: Math.max(0, seq - joinedSeq), permissions, mute };
      this.emitter.toUser(userId, 'conversation.added', { ...conversation, me });
    }
  }

  /** Undefined for a user who has left again. */
  private async findNewcomer(conversationId: ConversationId, { userId, role }: Joining): Promise<Newcomer | undefined> {
    try {
      const { joinedSeq, visibleFromSeq, mute } = await this.access.of(conversationId, userId);
      if (visibleFromSeq > 1) this.rooms.limitView(conversationId, userId, visibleFromSeq);
      return { userId, role, joinedSeq, mute: presentOwnMute(mute) };
    } catch (error) {
      if (error instanceof AppError && error.code === 'conversation.notFound') return undefined;
      throw error;
    }
  }
}
