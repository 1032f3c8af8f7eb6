import { Injectable } from '@nestjs/common';
import type { Conversation, CreateConversationBody } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { policyOf } from '../domain/policy.js';
import { lobbyName } from '../domain/unique-keys.js';
import { Additions } from '../infra/additions.js';
import { draftConversation, insertConversation } from '../infra/new-conversation.js';
import { AskUsers } from './ask-users.js';
import { CheckUsers } from './check-users.js';
import { IntroduceConversation } from './introduce-conversation.js';
import { OpenDirectConversation } from './open-direct-conversation.js';

/** The conversation, and whether it was created now: a direct one may have existed before. */
export interface Created {
  readonly conversation: Conversation;
  readonly isNew: boolean;
}

/** Creates conversations in one transaction, without the log: a conversation's log begins with its first change. */
@Injectable()
export class CreateConversation {
  constructor(
    private readonly database: Database,
    private readonly checkUsers: CheckUsers,
    private readonly askUsers: AskUsers,
    private readonly additions: Additions,
    private readonly introduceConversation: IntroduceConversation,
    private readonly openDirectConversation: OpenDirectConversation,
  ) {}

  /** Throws `user.notFound`, `conversation.nameTaken` (by a public conversation), and `forbidden` where one of the users has blocked the other. */
  async execute(creatorId: UserId, body: CreateConversationBody): Promise<Created> {
    if (body.type === 'direct') return this.openDirectConversation.execute(creatorId, body);
    if (body.name === lobbyName) throw new AppError('conversation.nameTaken');
    const named = body.memberIds ?? [];
    await this.checkUsers.requireReachable(creatorId, named, { field: 'memberIds' });
    const others = [...new Set(named)].filter((userId) => userId !== creatorId);
    const asked = await this.askUsers.findAsked(creatorId, others);
    const memberIds = others.filter((userId) => !asked.has(userId));
    const draft = draftConversation(creatorId, body, { policy: policyOf(body.type, body.policy), memberIds, directKey: null });
    const additions = { conversationId: draft.id, added: memberIds, requested: [...asked], role: 'member', at: draft.createdAt } as const;
    const reached = await this.database.transaction(async (tx) =>
      (await insertConversation(tx, draft)) ? this.additions.record(tx, creatorId, additions) : undefined,
    );
    if (reached === undefined) throw new AppError('conversation.nameTaken');
    this.askUsers.announceRequests(creatorId, draft, { userIds: reached, ...additions });
    return { conversation: await this.introduceConversation.execute(creatorId, draft), isNew: true };
  }
}
