import { Injectable } from '@nestjs/common';
import type { Conversation, CreateConversationBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { Blocks } from '../../users/blocks.js';
import { Users } from '../../users/users.js';
import { policyOf } from '../domain/policy.js';
import { directKey } from '../domain/unique-keys.js';
import { Additions } from '../infra/additions.js';
import { draftConversation, insertConversation } from '../infra/new-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { ListedMembers } from '../read/listed-members.js';
import { AskUsers } from './ask-users.js';
import { IntroduceConversation } from './introduce-conversation.js';
import { JoinDirect } from './join-direct.js';

/** Opens the one direct conversation of a pair, creating it the first time. */
@Injectable()
export class OpenDirectConversation {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly blocks: Blocks,
    private readonly findConversations: FindConversations,
    private readonly introduceConversation: IntroduceConversation,
    private readonly listedMembers: ListedMembers,
    private readonly askUsers: AskUsers,
    private readonly joinDirect: JoinDirect,
    private readonly additions: Additions,
  ) {}

  /** When both users call it at once, one call creates the conversation and the other finds it. Throws `user.notFound`, `forbidden` after a block. */
  async execute(creatorId: UserId, body: CreateConversationBody): Promise<{ conversation: Conversation; isNew: boolean }> {
    const peerId = body.memberIds?.[0];
    if (peerId === undefined || peerId === creatorId) throw invalidPeer();
    const key = directKey(creatorId, peerId);
    const existing = await this.findByKey(key);
    if (existing !== undefined) return this.openExisting(creatorId, peerId, existing);
    await this.requireReachable(creatorId, peerId);
    const asked = await this.askUsers.findAsked(creatorId, [peerId]);
    const added = asked.has(peerId) ? [] : [peerId];
    const draft = draftConversation(creatorId, body, { policy: policyOf('direct'), memberIds: added, directKey: key });
    const additions = { conversationId: draft.id, added, requested: [...asked], role: 'member', at: draft.createdAt } as const;
    const reached = await this.database.transaction(async (tx) =>
      (await insertConversation(tx, draft)) ? this.additions.record(tx, creatorId, additions) : undefined,
    );
    if (reached !== undefined) {
      this.askUsers.announceRequests(creatorId, draft, { userIds: reached, ...additions });
      return { conversation: await this.introduceConversation.execute(creatorId, draft), isNew: true };
    }
    const winner = await this.findByKey(key);
    if (winner === undefined) throw new AppError('internal');
    return this.openExisting(creatorId, peerId, winner);
  }

  /** A user who was asked joins by opening the conversation too. A peer who was asked is asked again, or added if they allow it by now. */
  private async openExisting(
    creatorId: UserId,
    peerId: UserId,
    id: ConversationId,
  ): Promise<{ conversation: Conversation; isNew: boolean }> {
    const members = new Set((await this.listedMembers.listAmong(id, [creatorId, peerId])).map((member) => member.userId));
    if (members.size < 2) await this.completePair(creatorId, peerId, { id, members });
    return { conversation: await this.findConversations.getConversation(creatorId, id), isNew: false };
  }

  private async completePair(
    creatorId: UserId,
    peerId: UserId,
    { id, members }: { id: ConversationId; members: ReadonlySet<UserId> },
  ): Promise<void> {
    await this.requireReachable(creatorId, peerId);
    if (!members.has(creatorId)) await this.joinDirect.execute(creatorId, id, creatorId);
    if (members.has(peerId)) return;
    const asked = await this.askUsers.findAsked(creatorId, [peerId]);
    const at = clock.date();
    const [added, requested] = asked.has(peerId) ? [[], [peerId]] : [[peerId], []];
    const additions = { conversationId: id, added, requested, role: 'member', at } as const;
    const reached = await this.database.transaction((tx) => this.additions.record(tx, creatorId, additions));
    this.askUsers.announceRequests(creatorId, { id, type: 'direct', name: null, title: null }, { userIds: reached, ...additions });
    if (!asked.has(peerId)) await this.joinDirect.execute(peerId, id, creatorId);
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
