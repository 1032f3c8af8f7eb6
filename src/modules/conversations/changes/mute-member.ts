import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Member, Mute, TermsBody } from '#contracts/conversations/schemas.js';
import { type ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { Users } from '../../users/users.js';
import { Access } from '../access.js';
import { sameTerms, termsOf } from '../domain/terms.js';
import type { LockedState } from '../infra/locked-state.js';
import { type MemberAccess, operatorId, userOrNull } from '../member-access.js';
import { presentMute } from '../mute.js';
import { presentMember } from '../read/conversation-row.js';
import { ListedMembers } from '../read/listed-members.js';
import { type MuteRow, presentMuteRow } from '../read/mute-row.js';
import { type Change, type Plan, RunChange } from './run-change.js';

/** A mute; null lifts it. */
const MemberMuted = z.object({
  userId: UserId,
  mute: z.object({ atMs: z.number(), untilMs: z.number().nullable(), by: UserId.nullable(), reason: z.string().nullable() }).nullable(),
});
type MemberMuted = z.output<typeof MemberMuted>;

/**
 * Mutes and unmutes members: moderators, admins and owners may, for members below them. A muted member may read and not write. The mute
 * ends by itself at the time that its terms name, and it outlives the membership: a former member who returns is still muted.
 */
@Injectable()
export class MuteMember {
  constructor(
    private readonly users: Users,
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly listedMembers: ListedMembers,
  ) {}

  /**
   * Replaces the terms of a mute in force; a call with the same terms answers the first mute. Throws `conversation.notFound`,
   * `user.notFound`, `member.notFound` (also never a member), `forbidden`, and `validation.failed` for an end in the past.
   */
  async muteMember(actorId: UserId, conversationId: ConversationId, userId: UserId, body: TermsBody): Promise<Mute> {
    if (actorId === userId) throw new AppError('forbidden', { detail: 'you cannot mute yourself' });
    const terms = termsOf(body);
    const { mute } = await this.change(actorId, conversationId, userId, async (state) => {
      const before = await readMute(state, userId);
      if (actorId !== operatorId) refuseMuteOfOperator(before);
      if (before !== undefined && sameTerms({ until: before.muted_until, reason: before.mute_reason }, terms)) return { mute: before };
      await state.requireFuture(terms.until);
      const mute = { conversation_id: conversationId, user_id: userId, muted_by: userOrNull(actorId) };
      return { mute: { ...mute, muted_at: state.at, muted_until: terms.until, mute_reason: terms.reason }, isNew: true };
    });
    if (mute === null) throw new AppError('internal');
    return presentMuteRow(mute);
  }

  /** A repeated call changes nothing. Throws what `muteMember` throws, and `forbidden` for the mute of an operator. */
  async unmuteMember(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    await this.change(actorId, conversationId, userId, async (state) => {
      const before = await readMute(state, userId);
      if (actorId !== operatorId) refuseMuteOfOperator(before);
      return { mute: null, isNew: before !== undefined };
    });
  }

  private async change(
    actorId: UserId,
    conversationId: ConversationId,
    userId: UserId,
    decide: (state: LockedState) => Promise<Decided>,
  ): Promise<Decided> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.requireUser(userId);
    // The live cursors come from another store: read them before the change holds a connection and the lock.
    const [shown] = await this.listedMembers.listAmong(conversationId, [userId]);
    return this.runChange.execute(conversationId, async (state): Promise<Plan<Decided>> => {
      const actor = await state.accessOf(actorId);
      actor.require('manageMembers');
      const member = await state.member(userId);
      requireMayMute(actor, userId, member?.role);
      if (member === undefined && !(await state.formerMembers([userId])).has(userId)) throw new AppError('member.notFound');
      const decided = await decide(state);
      const answer = () => decided;
      if (decided.isNew !== true) return { changes: [], answer };
      if (member !== undefined) return { changes: [memberMuted(actorId, presentMember(member, shown), decided.mute)], answer };
      await state.query(setMute, [conversationId, userId, ...muteColumns(bodyOf(userId, decided.mute))]);
      return { changes: [], answer };
    });
  }
}

interface Decided {
  readonly mute: MuteRow | null;
  readonly isNew?: boolean;
}

/** No member outranks an owner, so owners may lift a mute from the time before they were the owner themselves. */
function requireMayMute(actor: MemberAccess, userId: UserId, role: Member['role'] | undefined): void {
  if (role === undefined || actor.hasPowerOver(role)) return;
  if (actor.userId === userId && role === 'owner') return;
  throw new AppError('forbidden', { detail: 'the member is not below your own role' });
}

/** What an operator imposed, only an operator may change. */
function refuseMuteOfOperator(mute: MuteRow | undefined): void {
  if (mute?.muted_by === null) throw new AppError('forbidden', { detail: 'an operator imposed this mute' });
}

async function readMute(state: LockedState, userId: UserId): Promise<MuteRow | undefined> {
  const [row] = await state.query<MuteRow>(selectMute, [state.conversation.id, userId]);
  return row;
}

/** The member is muted on these terms, or no longer. All members see it, but not the reason. */
function memberMuted(actorId: UserId, member: Member, mute: MuteRow | null): Change {
  const { userId } = member;
  const shown = { ...member, mute: presentMute(mute && { untilMs: mute.muted_until?.getTime() ?? null }) };
  return {
    kind: 'member.muted',
    actorId,
    body: bodyOf(userId, mute),
    affects: [userId],
    announce: ({ emitter }, { conversationId, rev, epoch }) =>
      emitter.toConversation(conversationId, 'member.updated', { conversationId, rev, epoch, member: shown }),
  };
}

function bodyOf(userId: UserId, mute: MuteRow | null): MemberMuted {
  if (mute === null) return { userId, mute };
  const untilMs = mute.muted_until?.getTime() ?? null;
  return { userId, mute: { atMs: mute.muted_at.getTime(), untilMs, by: mute.muted_by, reason: mute.mute_reason } };
}

function muteColumns({ mute }: MemberMuted): unknown[] {
  if (mute === null) return [null, null, null, null];
  return [new Date(mute.atMs), mute.untilMs === null ? null : new Date(mute.untilMs), mute.by, mute.reason];
}

/** Arguments: $1 conversation, $2 user. The mute in force of a present or former member. */
const selectMute = `
  SELECT conversation_id, user_id, muted_at, muted_until, muted_by, mute_reason FROM members
  WHERE conversation_id = $1 AND user_id = $2 AND muted_at IS NOT NULL AND (muted_until IS NULL OR muted_until > clock_timestamp())`;

/** Arguments: $1 conversation, $2 user, $3 time of the mute, $4 until when, $5 by which user, $6 reason; $3 to $6 null to lift it. */
const setMute = `
  UPDATE members SET muted_at = $3, muted_until = $4, muted_by = $5, mute_reason = $6 WHERE conversation_id = $1 AND user_id = $2`;

/** Arguments: as `setMute`, and $7 rev. */
const applyMute = `
  UPDATE members SET muted_at = $3, muted_until = $4, muted_by = $5, mute_reason = $6, rev = $7
  WHERE conversation_id = $1 AND user_id = $2 AND rev < $7`;

/** Stores mutes of members. */
@Injectable()
export class MemberMutedApplier {
  @Applies('member.muted', MemberMuted)
  async apply(tx: Transaction, { conversationId, rev }: LogEntry, body: MemberMuted): Promise<void> {
    await tx.query(applyMute, [conversationId, body.userId, ...muteColumns(body), rev]);
  }
}
