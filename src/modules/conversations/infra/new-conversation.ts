import type { ConversationType, CreateConversationBody, Policy, Role, Visibility } from '#contracts/conversations/schemas.js';
import type { ConversationId, Metadata, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { foldText } from '#platform/fold-text.js';
import { newId } from '#platform/ids.js';
import type { Transaction } from '../../../database/database.js';
import { initialMembers } from '../domain/member-rules.js';

/** The revision of a new conversation. */
export const firstRev = 1;

/** A conversation that is about to be stored, with its first members. */
export interface NewConversation {
  readonly id: ConversationId;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly title: string | null;
  readonly visibility: Visibility;
  readonly policy: Policy;
  readonly metadata: Metadata;
  readonly directKey: string | null;
  readonly createdBy: UserId | null;
  readonly createdAt: Date;
  readonly members: ReadonlyArray<{ readonly userId: UserId; readonly role: Role }>;
}

/** The conversation that `creatorId` wants to create: private and without metadata unless the body says otherwise. */
export function draftConversation(
  creatorId: UserId,
  body: CreateConversationBody,
  { policy, memberIds, directKey }: { policy: Policy; memberIds: readonly UserId[]; directKey: string | null },
): NewConversation {
  return {
    id: newId<ConversationId>(),
    type: body.type,
    name: body.name ?? null,
    title: body.title ?? null,
    visibility: body.visibility ?? 'private',
    policy,
    metadata: body.metadata ?? {},
    directKey,
    createdBy: creatorId,
    createdAt: clock.date(),
    members: initialMembers(body.type, creatorId, memberIds),
  };
}

/**
 * Stores a conversation and its first members, all at revision 1. Returns false, and stores nothing, when its public name or its
 * direct pair is taken.
 */
export async function insertConversation(tx: Transaction, conversation: NewConversation): Promise<boolean> {
  const { id, members, createdAt } = conversation;
  const inserted = await tx.query(
    `INSERT INTO conversations (id, type, name, title, visibility, policy, metadata, direct_key, created_by, created_at, updated_at, member_count, folded_title)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $10, $11, $12)
     ON CONFLICT DO NOTHING
     RETURNING id`,
    [
      id,
      conversation.type,
      conversation.name,
      conversation.title,
      conversation.visibility,
      JSON.stringify(conversation.policy),
      JSON.stringify(conversation.metadata),
      conversation.directKey,
      conversation.createdBy,
      createdAt,
      members.length,
      conversation.title === null ? null : foldText(conversation.title),
    ],
  );
  if (inserted.length === 0) return false;
  await tx.query(
    `INSERT INTO members (conversation_id, user_id, role, joined_at, rev)
     SELECT $1, m.user_id, m.role, $2, 1 FROM unnest($3::uuid[], $4::text[]) AS m (user_id, role)`,
    [id, createdAt, members.map((member) => member.userId), members.map((member) => member.role)],
  );
  return true;
}
