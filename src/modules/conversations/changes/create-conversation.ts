import { Injectable } from '@nestjs/common';
import type { Conversation, CreateConversationBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { Signals } from '#platform/signals.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { Rooms } from '../../realtime/rooms.js';
import { Blocks } from '../../users/blocks.js';
import { Users } from '../../users/users.js';
import { directKey } from '../domain/unique-keys.js';
import { initialMembers } from '../domain/initial-members.js';
import { lobbyName } from '../domain/unique-keys.js';
import { policyOf } from '../domain/policy.js';
import { firstRev, insertConversation, type NewConversation } from '../infra/new-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { CheckUsers } from './check-users.js';
import { WelcomeMembers } from './welcome-members.js';

/** The conversation, and whether it was made now: a direct one may have been there. */
export interface Created {
  readonly conversation: Conversation;
  readonly isNew: boolean;
}

/** Makes conversations: one transaction, without the log, which has nothing to say of a conversation before its first change. */
@Injectable()
export class CreateConversation {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly blocks: Blocks,
    private readonly checkUsers: CheckUsers,
    private readonly find: FindConversations,
    private readonly rooms: Rooms,
    private readonly signals: Signals,
    private readonly log: ConversationLog,
    private readonly welcomeMembers: WelcomeMembers,
  ) {}

  /** Throws `user.notFound`, `conversation.nameTaken`, and `forbidden` where somebody has blocked. */
  create(creatorId: UserId, body: CreateConversationBody): Promise<Created> {
    return body.type === 'direct' ? this.openDirect(creatorId, body) : this.make(creatorId, body);
  }

  private async make(creatorId: UserId, body: CreateConversationBody): Promise<Created> {
    if (body.name === lobbyName) throw new AppError('conversation.nameTaken');
    const memberIds = body.memberIds ?? [];
    await this.checkUsers.requireReachable(creatorId, memberIds, { field: 'memberIds' });
    const draft = draftOf(creatorId, body, memberIds);
    if (!(await this.database.transaction((tx) => insertConversation(tx, draft)))) throw new AppError('conversation.nameTaken');
    return this.opened(draft, creatorId);
  }

  /** One conversation per pair, for ever: of two who ask at once one makes it and the other finds it. */
  private async openDirect(creatorId: UserId, body: CreateConversationBody): Promise<Created> {
    const peerId = body.memberIds?.[0];
    if (!peerId || peerId === creatorId) throw invalidPeer();
    const key = directKey(creatorId, peerId);
    const existing = await this.directOf(key);
    if (existing) return { conversation: await this.find.get(existing, creatorId), isNew: false };
    if (!(await this.users.existing([peerId])).has(peerId)) {
      throw new AppError('user.notFound', { errors: [{ path: 'memberIds.0', message: 'is not a user' }] });
    }
    if (await this.blocks.isBlockedEitherWay(creatorId, peerId))
      throw new AppError('forbidden', { detail: 'one of the two has blocked the other' });
    const draft = { ...draftOf(creatorId, body, [peerId]), directKey: key };
    if (await this.database.transaction((tx) => insertConversation(tx, draft))) return this.opened(draft, creatorId);
    const winner = await this.directOf(key);
    if (!winner) throw new AppError('internal');
    return { conversation: await this.find.get(winner, creatorId), isNew: false };
  }

  private async directOf(key: string): Promise<ConversationId | undefined> {
    const [row] = await this.database.query<{ id: ConversationId }>('SELECT id FROM conversations WHERE direct_key = $1', [key]);
    return row?.id;
  }

  private async opened({ id, members }: NewConversation, creatorId: UserId): Promise<Created> {
    const place = { epoch: this.log.epoch(), rev: firstRev };
    for (const { userId } of members) this.rooms.join(userId, id, place);
    await this.signals.settled();
    await this.welcomeMembers.welcome(
      id,
      members.map((member) => ({ ...member, joinedSeq: 0 })),
    );
    return { conversation: await this.find.get(id, creatorId), isNew: true };
  }
}

/** In a direct conversation nobody ranks above the other, so who may post, invite and pin is not theirs to choose. */
function draftOf(creatorId: UserId, body: CreateConversationBody, others: readonly UserId[]): NewConversation {
  const ranks = body.type === 'direct' ? { post: undefined, invite: undefined, pin: undefined } : {};
  return {
    id: newId<ConversationId>(),
    type: body.type,
    name: body.name ?? null,
    title: body.title ?? null,
    visibility: body.visibility ?? 'private',
    policy: policyOf(body.type, { ...body.policy, ...ranks }),
    metadata: body.metadata ?? {},
    directKey: null,
    createdBy: creatorId,
    createdAt: new Date(),
    members: initialMembers(body.type, creatorId, others),
  };
}

function invalidPeer(): AppError {
  return new AppError('validation.failed', { errors: [{ path: 'memberIds.0', message: 'must be somebody else' }] });
}
