import { Inject, Injectable } from '@nestjs/common';
import type { AdditionRequest } from '#contracts/conversations/request-schemas.js';
import type { Role } from '#contracts/conversations/schemas.js';
import { limits } from '#contracts/limits.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Queryable } from '../../../database/database.js';
import type { ConversationRow } from '../read/conversation-row.js';

const dayMs = 86_400_000;
const requestMs = limits.additionRequestDays * dayMs;

/** Requests that were made before this time have expired. */
export function requestsSince(at: Date): Date {
  return new Date(at.getTime() - requestMs);
}

/** The users that an actor adds to a conversation, and those that they ask. */
export interface NewAdditions {
  readonly conversationId: ConversationId;
  readonly added: readonly UserId[];
  readonly requested: readonly UserId[];
  readonly role: Role;
  readonly at: Date;
}

/** A request as it is stored. */
export interface StoredRequest {
  readonly added_by: UserId;
  readonly role: Role;
  readonly added_at: Date;
}

/** The additions of an actor are counted and stored one after the other. Argument: $1 key. */
const lockActor = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

/**
 * Arguments  $1 actor, $2 time
 * Returns    per person the number of additions and requests since then that they have not answered: neither read nor sent a message
 *            since they joined. `uncounted` is 0 for a member who has sent nothing, unless messages were deleted: most take no look-up.
 */
const selectUnanswered = `
  SELECT a.user_id, count(*)::integer AS unanswered, min(a.added_at) AS oldest FROM additions a
  LEFT JOIN members m ON m.conversation_id = a.conversation_id AND m.user_id = a.user_id
  WHERE a.added_by = $1 AND a.added_at > $2 AND (a.state <> 'added' OR m.user_id IS NULL OR NOT (m.read_seq > m.joined_seq
    OR (m.uncounted > 0 AND EXISTS (SELECT FROM messages s
      WHERE s.conversation_id = a.conversation_id AND s.seq > m.joined_seq AND s.sender_id = a.user_id))))
  GROUP BY a.user_id`;

/**
 * Arguments  $1 conversation, $2 actor, $3 role, $4 time, parallel arrays $5 user and $6 state, $7 the time before which requests expired
 * Returns    the users whose row was written. A request that is open or was declined stays as it is until it expires.
 */
const upsertAdditions = `
  INSERT INTO additions AS a (conversation_id, user_id, added_by, role, state, added_at)
  SELECT $1::uuid, n.user_id, $2::uuid, $3::text, n.state, $4::timestamptz FROM unnest($5::uuid[], $6::text[]) AS n (user_id, state)
  ON CONFLICT (user_id, conversation_id) DO UPDATE
    SET added_by = EXCLUDED.added_by, role = EXCLUDED.role, state = EXCLUDED.state, added_at = EXCLUDED.added_at
    WHERE EXCLUDED.state = 'added' OR a.state = 'added' OR a.added_at < $7::timestamptz
  RETURNING a.user_id, a.state`;

interface UnansweredRow {
  readonly user_id: UserId;
  readonly unanswered: number;
  readonly oldest: Date;
}

/** Stores who added which users, or asked to, within the bounds on additions that stay unanswered. */
@Injectable()
export class Additions {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Stores the additions in the caller's transaction and answers the users that a new request reaches. Throws `rateLimited` with the time
   * to wait when too many additions of the actor are unanswered.
   */
  async record(tx: Pick<Queryable, 'query'>, actorId: UserId, additions: NewAdditions): Promise<UserId[]> {
    const { conversationId, added, requested, role, at } = additions;
    const userIds = [...added, ...requested];
    if (userIds.length === 0) return [];
    await tx.query(lockActor, [`additions ${actorId}`]);
    this.requireBounds(await tx.query<UnansweredRow>(selectUnanswered, [actorId, new Date(at.getTime() - dayMs)]), userIds, at);
    const states = userIds.map((_, index) => (index < added.length ? 'added' : 'requested'));
    const rows = await tx.query<{ user_id: UserId; state: string }>(upsertAdditions, [
      conversationId,
      actorId,
      role,
      at,
      userIds,
      states,
      requestsSince(at),
    ]);
    return rows.flatMap((row) => (row.state === 'requested' ? [row.user_id] : []));
  }

  private requireBounds(unanswered: readonly UnansweredRow[], userIds: readonly UserId[], at: Date): void {
    const { additionsUnansweredPerDayMax: perDay, additionsUnansweredPerPersonMax: perPerson } = this.config;
    const total = unanswered.reduce((sum, row) => sum + row.unanswered, 0);
    if (total + userIds.length > perDay) throw tooManyUnanswered(unanswered, at);
    const wanted = new Set(userIds);
    const over = unanswered.filter((row) => wanted.has(row.user_id) && row.unanswered >= perPerson);
    if (over.length > 0) throw tooManyUnanswered(over, at);
  }
}

/** The open request to this user, or undefined. */
export async function findRequest(
  tx: Pick<Queryable, 'query'>,
  userId: UserId,
  conversationId: ConversationId,
  at: Date,
): Promise<StoredRequest | undefined> {
  const [row] = await tx.query<StoredRequest>(
    `SELECT added_by, role, added_at FROM additions WHERE conversation_id = $1 AND user_id = $2 AND state = 'requested' AND added_at > $3`,
    [conversationId, userId, requestsSince(at)],
  );
  return row;
}

/** Removes the request or addition, because the user has answered it by joining. */
export async function removeAddition(tx: Pick<Queryable, 'query'>, userId: UserId, conversationId: ConversationId): Promise<void> {
  await tx.query('DELETE FROM additions WHERE conversation_id = $1 AND user_id = $2', [conversationId, userId]);
}

/** A request as the user sees it who is to answer it. */
export function presentRequest(
  { id, type, name, title }: Pick<ConversationRow, 'id' | 'type' | 'name' | 'title'>,
  { added_by: requestedBy, role, added_at: at }: StoredRequest,
): AdditionRequest {
  const expiresAt = new Date(at.getTime() + requestMs).toISOString();
  return { conversationId: id, type, name, title, requestedBy, role, requestedAt: at.toISOString(), expiresAt };
}

function tooManyUnanswered(unanswered: readonly UnansweredRow[], at: Date): AppError {
  const oldest = Math.min(...unanswered.map((row) => row.oldest.getTime()), at.getTime());
  return new AppError('rateLimited', {
    detail: 'too many additions of the last 24 hours are unanswered',
    retryAfterMs: Math.max(1, oldest + dayMs - at.getTime()),
  });
}
