import { Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { Message } from '#contracts/messages/schemas.js';
import type { SyncInput, SyncMember, SyncResult, SyncedConversation } from '#contracts/sync/schemas.js';
import { limits } from '#contracts/limits.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../conversations/access.js';
import { hideCursors } from '../conversations/hide-cursors.js';
import { Conversations } from '../conversations/conversations.js';
import type { MemberAccess } from '../conversations/member-access.js';
import { ConversationLog } from '../log/conversation-log.js';
import type { Head } from '../log/draft.js';
import { MessageReader } from '../messages/message-reader.js';
import { MarkDelivered } from '../receipts/mark-delivered.js';
import { Blocks } from '../users/blocks.js';
import { ChangedMembers } from './changed-members.js';

/** A conversation that the client knows, and up to which `(epoch, rev)`. */
type Known = SyncInput['conversations'][number];
type Change = { rev: number; message: Message } | { rev: number; member: SyncMember };

/** Conversations of one client that are read at the same time. More would crowd out other clients, who share the reads. */
const concurrentMax = 10;

/** Catch-up: everything that changed since `(epoch, rev)`, in its current state and by ascending `rev`, in pages, however long ago that was. */
@Injectable()
export class SyncConversations {
  constructor(
    private readonly access: Access,
    private readonly conversations: Conversations,
    private readonly log: ConversationLog,
    private readonly messages: MessageReader,
    private readonly members: ChangedMembers,
    private readonly markDelivered: MarkDelivered,
    private readonly blocks: Blocks,
  ) {}

  /** For a client that has missed nothing, only the conversations themselves are read, together with those of other clients. */
  async execute(userId: UserId, input: SyncInput): Promise<SyncResult> {
    const known = new Map(input.conversations.map((one) => [one.id, one]));
    const ids = [...known.keys()];
    const epoch = this.log.epoch();
    // The heads are read before the changes: what is reported as complete up to a head has to include every change up to it.
    const heads = await this.log.heads(ids);
    const caughtUp = new Map<ConversationId, CaughtUp>();
    const behind: Array<[Known, Head]> = [];
    for (const one of known.values()) {
      const head = heads.get(one.id);
      if (head === undefined || one.epoch !== epoch || one.rev > head.rev) caughtUp.set(one.id, reset);
      else if (one.rev === head.rev) caughtUp.set(one.id, upToDate);
      else behind.push([one, head]);
    }
    await this.catchUpAll(userId, behind, input.limit ?? limits.pageSizeMax, caughtUp);
    // Memberships are read last, from storage: nothing is reported about a conversation that the user has left in the meantime.
    const mine = await this.conversations.presentMine(userId, ids);
    const isMine = new Set(mine.map(({ id }) => id));
    for (const [id, { status, changes }] of caughtUp) if (status === 'complete') this.noteReceived(userId, id, changes);
    return {
      conversations: mine.flatMap((one) =>
        known.has(one.id) ? toSynced(one, caughtUp.get(one.id) ?? reset, heads.get(one.id), epoch) : [],
      ),
      joined: mine.filter(({ id }) => !known.has(id)),
      left: ids.filter((id) => !isMine.has(id)),
    };
  }

  /** A client that has caught up has received the newest of these messages and all before it. */
  private noteReceived(userId: UserId, id: ConversationId, changes: readonly Change[]): void {
    const newestSeq = changes.reduce((newest, change) => ('message' in change ? Math.max(newest, change.message.seq) : newest), 0);
    if (newestSeq > 0) this.markDelivered.noteReceived(userId, id, newestSeq);
  }

  private async catchUpAll(
    userId: UserId,
    behind: ReadonlyArray<[Known, Head]>,
    limit: number,
    caughtUp: Map<ConversationId, CaughtUp>,
  ): Promise<void> {
    for (let start = 0; start < behind.length; start += concurrentMax) {
      const group = behind.slice(start, start + concurrentMax);
      const results = await Promise.all(group.map(([one, head]) => this.catchUp(userId, one, head, limit)));
      for (const [index, [{ id }]] of group.entries()) caughtUp.set(id, results[index] ?? reset);
    }
  }

  private async catchUp(userId: UserId, { id, rev }: Known, head: Head, limit: number): Promise<CaughtUp> {
    const member = await this.findAccess(userId, id);
    if (member === undefined) return reset;
    // Each change up to the head has its own rev, except that founding members share one: there are no more than this many.
    const most = Math.min(limit + 1, head.rev - rev);
    const [messages, members] = await Promise.all([
      this.messages.listChanged(userId, id, { afterRev: rev, limit: most, visibleFromSeq: member.visibleFromSeq }),
      this.members.listChanged(id, rev, most),
    ]);
    const hidden = await this.blocks.findBlockedEitherWay(userId);
    const shown = members.map(({ rev: memberRev, member }) => ({ rev: memberRev, member: hideCursors(member, hidden) }));
    const changes: Change[] = [...messages.map((message) => ({ rev: message.rev, message })), ...shown];
    changes.sort((a, b) => a.rev - b.rev);
    return toPage(changes, limit);
  }

  /** Undefined for non-members, as far as this node knows. */
  private async findAccess(userId: UserId, id: ConversationId): Promise<MemberAccess | undefined> {
    try {
      return await this.access.of(id, userId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'conversation.notFound') return undefined;
      throw error;
    }
  }
}

interface CaughtUp {
  readonly status: SyncedConversation['status'];
  readonly changes: readonly Change[];
}

const reset: CaughtUp = { status: 'reset', changes: [] };
const upToDate: CaughtUp = { status: 'complete', changes: [] };

/** The first `limit` changes, and all further ones with the last one's `rev`, because the next page starts above it. */
function toPage(changes: readonly Change[], limit: number): CaughtUp {
  const lastRev = changes[limit - 1]?.rev ?? Infinity;
  const taken = changes.filter((change) => change.rev <= lastRev);
  return { status: taken.length < changes.length ? 'more' : 'complete', changes: taken };
}

function toSynced(conversation: Conversation, caughtUp: CaughtUp, head: Head | undefined, epoch: string): SyncedConversation {
  const headRev = head?.rev ?? conversation.rev;
  return {
    id: conversation.id,
    epoch,
    rev: caughtUp.status === 'more' ? (caughtUp.changes.at(-1)?.rev ?? headRev) : headRev,
    status: caughtUp.status,
    messages: caughtUp.changes.flatMap((change) => ('message' in change ? [change.message] : [])),
    members: caughtUp.changes.flatMap((change) => ('member' in change ? [change.member] : [])),
    conversation,
  };
}
