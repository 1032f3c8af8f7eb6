import { Injectable } from '@nestjs/common';
import type { Conversation } from '../../../contracts/conversations.js';
import { limits } from '../../../contracts/limits.js';
import type { Message, SyncedConversation, SyncInput, SyncMember, SyncResult } from '../../../contracts/messages.js';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { Access } from '../conversations/access.js';
import { Conversations } from '../conversations/conversations.js';
import { ConversationLog } from '../log/conversation-log.js';
import type { Head } from '../log/draft.js';
import { MessageReader } from '../messages/message-reader.js';
import { ChangedMembers } from './changed-members.js';

type Asked = SyncInput['conversations'][number];
type Change = { rev: number; message: Message } | { rev: number; member: SyncMember };

/** Conversations that are caught up side by side: each takes a few reads. */
const sideBySide = 4;

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

  async sync(userId: UserId, input: SyncInput): Promise<SyncResult> {
    const asked = new Map(input.conversations.map((one) => [one.id, one]));
    const mine = new Set(await this.conversations.idsOf(userId));
    const known = [...asked.values()].filter((one) => mine.has(one.id));
    // The heads are read before the changes: what is told as complete up to a head holds everything at or below it.
    const heads = await this.log.heads(known.map((one) => one.id));
    const limit = input.limit ?? limits.pageSizeMax;
    const changes = new Map<ConversationId, Caught>();
    for (let start = 0; start < known.length; start += sideBySide) {
      const group = known.slice(start, start + sideBySide);
      const caught = await Promise.all(group.map((one) => this.catchUp(userId, one, heads.get(one.id), limit)));
      for (const [index, one] of group.entries()) changes.set(one.id, caught[index] ?? reset);
    }
    const joined = [...mine].filter((id) => !asked.has(id));
    const presented = await this.conversations.present([...changes.keys(), ...joined], userId);
    const byId = new Map(presented.map((conversation) => [conversation.id, conversation]));
    return {
      conversations: [...changes].flatMap(([id, caught]) => answer(byId.get(id), caught, heads.get(id), this.log.epoch())),
      joined: joined.flatMap((id) => byId.get(id) ?? []),
      left: [...asked.keys()].filter((id) => !mine.has(id) || !byId.has(id)),
    };
  }

  private async catchUp(userId: UserId, asked: Asked, head: Head | undefined, limit: number): Promise<Caught> {
    if (head === undefined || asked.epoch !== this.log.epoch() || asked.rev > head.rev) return reset;
    if (asked.rev === head.rev) return { status: 'complete', changes: [] };
    const member = await this.access.of(asked.id, userId);
    const messages = await this.messages.since(asked.id, userId, asked.rev, limit + 1, member.visibleFromSeq);
    const members = await this.members.since(asked.id, asked.rev, limit + 1);
    const changes: Change[] = [...messages.map((message) => ({ rev: message.rev, message })), ...members];
    changes.sort((a, b) => a.rev - b.rev);
    return page(changes, limit);
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

function answer(conversation: Conversation | undefined, caught: Caught, head: Head | undefined, epoch: string): SyncedConversation[] {
  if (conversation === undefined || head === undefined) return [];
  const rev = caught.status === 'more' ? (caught.changes.at(-1)?.rev ?? head.rev) : head.rev;
  return [
    {
      id: conversation.id,
      epoch,
      rev,
      status: caught.status,
      messages: caught.changes.flatMap((change) => ('message' in change ? [change.message] : [])),
      members: caught.changes.flatMap((change) => ('member' in change ? [change.member] : [])),
      conversation,
    },
  ];
}
