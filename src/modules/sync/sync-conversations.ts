import { Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { Message } from '#contracts/messages/schemas.js';
import type { SyncInput, SyncMember, SyncResult, SyncedConversation } from '#contracts/sync/schemas.js';
import { limits } from '#contracts/limits.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../conversations/access.js';
import { Conversations } from '../conversations/conversations.js';
import type { MemberAccess } from '../conversations/member-access.js';
import { ConversationLog } from '../log/conversation-log.js';
import type { Head } from '../log/draft.js';
import { MessageReader } from '../messages/message-reader.js';
import { ChangedMembers } from './changed-members.js';

type Asked = SyncInput['conversations'][number];
type Change = { rev: number; message: Message } | { rev: number; member: SyncMember };

/** Conversations of one client that are caught up side by side: the reads are shared, and others wait for them too. */
const sideBySide = 10;

/** Catch-up: everything that changed since `(epoch, rev)` as current state, by rising `rev`, in pages; after a second or a year. */
@Injectable()
export class SyncConversations {
  constructor(
    private readonly access: Access,
    private readonly conversations: Conversations,
    private readonly log: ConversationLog,
    private readonly messages: MessageReader,
    private readonly members: ChangedMembers,
  ) {}

  /** A client that has missed nothing costs what is shown of its conversations, which is read for all who ask at once. */
  async sync(userId: UserId, input: SyncInput): Promise<SyncResult> {
    const asked = new Map(input.conversations.map((one) => [one.id, one]));
    const ids = [...asked.keys()];
    const epoch = this.log.epoch();
    // The heads are read before the changes: what is told as complete up to a head holds everything at or below it.
    const heads = await this.log.heads(ids);
    const known = new Map<ConversationId, Caught>();
    const behind: Array<[Asked, Head]> = [];
    for (const one of asked.values()) {
      const head = heads.get(one.id);
      if (head === undefined || one.epoch !== epoch || one.rev > head.rev) known.set(one.id, reset);
      else if (one.rev === head.rev) known.set(one.id, upToDate);
      else behind.push([one, head]);
    }
    await this.catchUpAll(userId, behind, input.limit ?? limits.pageSizeMax, known);
    // Who is in is read last, by storage: of what somebody has left meanwhile nothing is told.
    const mine = await this.conversations.presentMine(userId, ids);
    const isMine = new Set(mine.map(({ id }) => id));
    return {
      conversations: mine.flatMap((one) => (asked.has(one.id) ? answer(one, known.get(one.id) ?? reset, heads.get(one.id), epoch) : [])),
      joined: mine.filter(({ id }) => !asked.has(id)),
      left: ids.filter((id) => !isMine.has(id)),
    };
  }

  private async catchUpAll(
    userId: UserId,
    behind: ReadonlyArray<[Asked, Head]>,
    limit: number,
    caughtUp: Map<ConversationId, Caught>,
  ): Promise<void> {
    for (let start = 0; start < behind.length; start += sideBySide) {
      const group = behind.slice(start, start + sideBySide);
      const caught = await Promise.all(group.map(([one, head]) => this.catchUp(userId, one, head, limit)));
      for (const [index, [{ id }]] of group.entries()) caughtUp.set(id, caught[index] ?? reset);
    }
  }

  private async catchUp(userId: UserId, { id, rev }: Asked, head: Head, limit: number): Promise<Caught> {
    const member = await this.accessOf(id, userId);
    if (member === undefined) return reset;
    // Each change up to the head has a rev of its own there: that many at the most, but for founders, are to be had.
    const most = Math.min(limit + 1, head.rev - rev);
    const [messages, members] = await Promise.all([
      this.messages.since(id, userId, rev, most, member.visibleFromSeq),
      this.members.since(id, rev, most),
    ]);
    const changes: Change[] = [...messages.map((message) => ({ rev: message.rev, message })), ...members];
    changes.sort((a, b) => a.rev - b.rev);
    return page(changes, limit);
  }

  /** Undefined for who is not in, as far as this node knows. */
  private async accessOf(id: ConversationId, userId: UserId): Promise<MemberAccess | undefined> {
    try {
      return await this.access.of(id, userId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'conversation.notFound') return undefined;
      throw error;
    }
  }
}

interface Caught {
  readonly status: SyncedConversation['status'];
  readonly changes: readonly Change[];
}

/** The first `limit` changes, and all that share the last one's `rev`: the next page starts above it. */
function page(changes: readonly Change[], limit: number): Caught {
  const lastRev = changes[limit - 1]?.rev ?? Infinity;
  const taken = changes.filter((change) => change.rev <= lastRev);
  return { status: taken.length < changes.length ? 'more' : 'complete', changes: taken };
}

const reset: Caught = { status: 'reset', changes: [] };
const upToDate: Caught = { status: 'complete', changes: [] };

function answer(conversation: Conversation, caught: Caught, head: Head | undefined, epoch: string): SyncedConversation {
  const headRev = head?.rev ?? conversation.rev;
  return {
    id: conversation.id,
    epoch,
    rev: caught.status === 'more' ? (caught.changes.at(-1)?.rev ?? headRev) : headRev,
    status: caught.status,
    messages: caught.changes.flatMap((change) => ('message' in change ? [change.message] : [])),
    members: caught.changes.flatMap((change) => ('member' in change ? [change.member] : [])),
    conversation,
  };
}
