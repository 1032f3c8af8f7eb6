import { Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { Emitter } from '../../realtime/emitter.js';
import { Blocks } from '../../users/blocks.js';
import { mayAddAs } from '../domain/member-rules.js';
import { findRequest, removeAddition, requestsSince, type StoredRequest } from '../infra/additions.js';
import type { LockedState } from '../infra/locked-state.js';
import { FindConversations } from '../read/find-conversations.js';
import { JoinDirect } from './join-direct.js';
import { RunChange } from './run-change.js';

/** Lets a user accept or decline another user's request to add them. */
@Injectable()
export class AnswerRequest {
  constructor(
    private readonly database: Database,
    private readonly blocks: Blocks,
    private readonly runChange: RunChange,
    private readonly joinDirect: JoinDirect,
    private readonly findConversations: FindConversations,
    private readonly emitter: Emitter,
  ) {}

  /** Throws `request.notFound`, also when the user who made the request may not add any more, and `forbidden` for a banned user. */
  async acceptRequest(userId: UserId, conversationId: ConversationId): Promise<Conversation> {
    // Checked without the lock first, so that strangers cannot make a conversation wait.
    const request = await this.requireRequest(this.database, userId, conversationId);
    if (await this.blocks.isBlockedEitherWay(userId, request.added_by)) throw new AppError('request.notFound');
    await this.runChange.execute(conversationId, async (state) => {
      const { added_by: actorId, role } = await this.requireRequest(state, userId, conversationId);
      await removeAddition(state, userId, conversationId);
      if ((await state.member(userId)) !== undefined) return { changes: [], answer: () => undefined };
      await requireMayStillAdd(state, { added_by: actorId, role });
      if ((await state.bansAmong([userId])).has(userId))
        throw new AppError('forbidden', { detail: 'you are banned from this conversation' });
      return this.joinDirect.planJoining(state, { userId, role, actorId });
    });
    this.closeRequest(userId, conversationId);
    return this.findConversations.getConversation(userId, conversationId);
  }

  /** Throws `request.notFound`. */
  async declineRequest(userId: UserId, conversationId: ConversationId): Promise<void> {
    const declined = await this.database.query(
      `UPDATE additions SET state = 'declined'
       WHERE conversation_id = $1 AND user_id = $2 AND state = 'requested' AND added_at > $3 RETURNING 1`,
      [conversationId, userId, requestsSince(clock.date())],
    );
    if (declined.length === 0) throw new AppError('request.notFound');
    this.closeRequest(userId, conversationId);
  }

  private async requireRequest(tx: Pick<Database, 'query'>, userId: UserId, conversationId: ConversationId): Promise<StoredRequest> {
    const request = await findRequest(tx, userId, conversationId, clock.date());
    if (request === undefined) throw new AppError('request.notFound');
    return request;
  }

  private closeRequest(userId: UserId, conversationId: ConversationId): void {
    this.emitter.toUser(userId, 'conversation.inviteClosed', { conversationId });
  }
}

/** The user who made the request has to be a member who may add users in this role now, not only when they asked. */
async function requireMayStillAdd(
  state: LockedState,
  { added_by: actorId, role }: Pick<StoredRequest, 'added_by' | 'role'>,
): Promise<void> {
  if ((await state.member(actorId)) === undefined) throw new AppError('request.notFound');
  if (state.conversation.type === 'direct') return;
  const access = await state.accessOf(actorId);
  if (!access.can('invite') || !mayAddAs(access.role, role)) throw new AppError('request.notFound');
}
