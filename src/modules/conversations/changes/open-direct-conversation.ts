import { Injectable } from '@nestjs/common';
import type { Conversation, CreateConversationBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { Blocks } from '../../users/blocks.js';
import { Users } from '../../users/users.js';
import { policyOf } from '../domain/policy.js';
import { directKey } from '../domain/unique-keys.js';
import { draftConversation, insertConversation } from '../infra/new-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { IntroduceConversation } from './introduce-conversation.js';

/** Opens the one direct conversation of a pair, creating it the first time. */
@Injectable()
export class OpenDirectConversation {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly blocks: Blocks,
    private readonly findConversations: FindConversations,
    private readonly introduceConversation: IntroduceConversation,
  ) {}

  /** When both users call it at once, one call creates the conversation and the other finds it. Throws `user.notFound`, `forbidden` after a block. */
  async execute(creatorId: UserId, body: CreateConversationBody): Promise<{ conversation: Conversation; isNew: boolean }> {
    const peerId = body.memberIds?.[0];
    if (peerId === undefined || peerId === creatorId) throw invalidPeer();
    const key = directKey(creatorId, peerId);
    const existing = await this.findByKey(key);
    if (existing !== undefined) return this.answerExisting(creatorId, existing);
    await this.requireReachable(creatorId, peerId);
    const policy = policyOf('direct');
    const draft = draftConversation(creatorId, body, { policy, memberIds: [peerId], directKey: key });
    if (await this.database.transaction((tx) => insertConversation(tx, draft)))
      return { conversation: await this.introduceConversation.execute(creatorId, draft), isNew: true };
    const winner = await this.findByKey(key);
    if (winner === undefined) throw new AppError('internal');
    return this.answerExisting(creatorId, winner);
  }

  private async answerExisting(creatorId: UserId, id: ConversationId): Promise<{ conversation: Conversation; isNew: boolean }> {
    return { conversation: await this.findConversations.getConversation(creatorId, id), isNew: false };
  }

  private async requireReachable(creatorId: UserId, peerId: UserId): Promise<void> {
    if (!(await this.users.findActiveIds([peerId])).has(peerId)) {
      throw new AppError('user.notFound', { errors: [{ path: 'memberIds.0', message: 'is not a user' }] });
    }
    if (await this.blocks.isBlockedEitherWay(creatorId, peerId))
      throw new AppError('forbidden', { detail: 'one of the two has blocked the other' });
  }

  private async findByKey(key: string): Promise<ConversationId | undefined> {
    const [row] = await this.database.query<{ id: ConversationId }>('SELECT id FROM conversations WHERE direct_key = $1', [key]);
    return row?.id;
  }
}

function invalidPeer(): AppError {
  return new AppError('validation.failed', { errors: [{ path: 'memberIds.0', message: 'must be somebody else' }] });
}
