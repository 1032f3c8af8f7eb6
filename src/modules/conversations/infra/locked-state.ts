import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { isUniqueViolation } from '#platform/errors/postgres-errors.js';
import { type ConversationFacts, MemberAccess, OperatorAccess, operatorId } from '../member-access.js';
import { toMute } from '../mute.js';
import { banColumns, type BanRow, isBanInForce } from '../read/ban-row.js';
import { conversationColumns, type ConversationRow, memberColumns, type MemberRow } from '../read/conversation-row.js';

/** The state on which a change is decided: read under the conversation's lock, so that it holds until the change is committed. */
export class LockedState {
  /** The time of the change. */
  readonly at = clock.date();

  constructor(
    private readonly tx: Transaction,
    readonly conversation: ConversationRow,
  ) {}

  /** Throws `conversation.notFound` when the conversation is deleted. */
  static async read(tx: Transaction, conversationId: ConversationId): Promise<LockedState> {
    const [row] = await tx.query<ConversationRow>(
      `SELECT ${conversationColumns} FROM conversations c WHERE c.id = $1 AND c.deleted_at IS NULL`,
      [conversationId],
    );
    if (row === undefined) throw new AppError('conversation.notFound');
    return new LockedState(tx, row);
  }

  /** The access of a member or an operator. Throws `conversation.notFound` for non-members. */
  async accessOf(userId: UserId): Promise<MemberAccess> {
    if (userId === operatorId) return new OperatorAccess(this.facts);
    const member = await this.member(userId);
    if (member === undefined) throw new AppError('conversation.notFound');
    return this.accessOfMember(member);
  }

  /** The access of a member whose row was read from this state. */
  accessOfMember({ user_id: userId, role, joined_seq: joinedSeq, visible_from_seq: visibleFromSeq, mute }: MemberRow): MemberAccess {
    return new MemberAccess(this.facts, { userId, role, joinedSeq, visibleFromSeq, blocked: false, mute: toMute(mute) });
  }

  private get facts(): ConversationFacts {
    const { id, type, name, visibility, policy, created_by: createdBy } = this.conversation;
    return { id, type, name, visibility, policy, createdBy, peers: null };
  }

  /** The member's row; undefined for non-members. */
  async member(userId: UserId): Promise<MemberRow | undefined> {
    const [row] = await this.members([userId]);
    return row;
  }

  /** The members among `userIds`. */
  members(userIds: readonly UserId[]): Promise<MemberRow[]> {
    return this.tx.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m WHERE m.conversation_id = $1 AND m.user_id = ANY ($2::uuid[]) AND m.left_at IS NULL`,
      [this.conversation.id, userIds],
    );
  }

  /** The former members among `userIds`, by user: their rows keep the role and the mute that they had. */
  async formerMembers(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, MemberRow>> {
    const rows = await this.tx.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m WHERE m.conversation_id = $1 AND m.user_id = ANY ($2::uuid[]) AND m.left_at IS NOT NULL`,
      [this.conversation.id, userIds],
    );
    return new Map(rows.map((row) => [row.user_id, row]));
  }

  /** The present and former members among `userIds`. */
  async everMembers(userIds: readonly UserId[]): Promise<Set<UserId>> {
    const rows = await this.tx.query<{ user_id: UserId }>(
      'SELECT user_id FROM members WHERE conversation_id = $1 AND user_id = ANY ($2::uuid[])',
      [this.conversation.id, userIds],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  /** The bans in force among `userIds`, by user. */
  async bansAmong(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, BanRow>> {
    const rows = await this.tx.query<BanRow>(
      `SELECT ${banColumns} FROM bans b WHERE b.conversation_id = $1 AND b.user_id = ANY ($2::uuid[]) AND ${isBanInForce}`,
      [this.conversation.id, userIds],
    );
    return new Map(rows.map((row) => [row.user_id, row]));
  }

  /** Throws `validation.failed` for a time that is over, by the clock of the database. */
  async requireFuture(until: Date | null): Promise<void> {
    if (until === null) return;
    const rows = await this.tx.query('SELECT 1 WHERE $1::timestamptz > clock_timestamp()', [until]);
    if (rows.length === 0) throw new AppError('validation.failed', { errors: [{ path: 'until', message: 'must be in the future' }] });
  }

  /** All members, without a bound. */
  async memberIds(): Promise<UserId[]> {
    const rows = await this.tx.query<{ user_id: UserId }>('SELECT user_id FROM members WHERE conversation_id = $1 AND left_at IS NULL', [
      this.conversation.id,
    ]);
    return rows.map((row) => row.user_id);
  }

  /** The number of owners. */
  async ownerCount(): Promise<number> {
    const [row] = await this.tx.query<{ owners: number }>(
      "SELECT count(*)::integer AS owners FROM members WHERE conversation_id = $1 AND role = 'owner' AND left_at IS NULL",
      [this.conversation.id],
    );
    return row?.owners ?? 0;
  }

  /** Whether there is a member besides this one. */
  async hasOtherMembers(userId: UserId): Promise<boolean> {
    const rows = await this.tx.query('SELECT 1 FROM members WHERE conversation_id = $1 AND user_id <> $2 AND left_at IS NULL LIMIT 1', [
      this.conversation.id,
      userId,
    ]);
    return rows.length > 0;
  }

  /**
   * The member who becomes owner when the last owner, `leaverId`, leaves: of the highest role, the one who joined first. Members whose
   * account is disabled come last.
   */
  async successorOf(leaverId: UserId): Promise<MemberRow | undefined> {
    const [row] = await this.tx.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m LEFT JOIN users u ON u.id = m.user_id
       WHERE m.conversation_id = $1 AND m.user_id <> $2 AND m.left_at IS NULL
       ORDER BY u.disabled_at IS NOT NULL, array_position(ARRAY['owner', 'admin', 'moderator', 'member', 'readonly'], m.role), m.joined_at, m.user_id
       LIMIT 1`,
      [this.conversation.id, leaverId],
    );
    return row;
  }

  /** Takes the public name in this transaction, so that two changes cannot both get it. Throws `conversation.nameTaken`. */
  async claimPublicName(name: string): Promise<void> {
    try {
      await this.tx.query("UPDATE conversations SET name = $2, visibility = 'public' WHERE id = $1", [this.conversation.id, name]);
    } catch (error) {
      throw isUniqueViolation(error) ? new AppError('conversation.nameTaken') : error;
    }
  }

  /** Whether the code is a valid invite to this conversation, and its creator may still invite. */
  async isInviteOpen(code: string): Promise<boolean> {
    const [invite] = await this.tx.query<{ created_by: UserId }>(
      `SELECT i.created_by FROM invites i JOIN users u ON u.id = i.created_by AND u.disabled_at IS NULL
       WHERE i.code = $1 AND i.conversation_id = $2 AND (i.max_uses IS NULL OR i.uses < i.max_uses)
         AND (i.expires_at IS NULL OR i.expires_at > clock_timestamp())`,
      [code, this.conversation.id],
    );
    const creator = invite && (await this.member(invite.created_by));
    return creator !== undefined && this.accessOfMember(creator).can('invite');
  }

  /** Runs a statement that belongs to the change but to no log entry, such as the ban of a non-member. */
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return this.tx.query<Row>(sql, params);
  }
}
