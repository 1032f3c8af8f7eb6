import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { isUniqueViolation } from '#platform/errors/postgres-errors.js';
import { MemberAccess } from '../member-access.js';
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

  /** The member's access. Throws `conversation.notFound` for non-members. */
  async accessOf(userId: UserId): Promise<MemberAccess> {
    const member = await this.member(userId);
    if (member === undefined) throw new AppError('conversation.notFound');
    const { id, type, name, visibility, policy, created_by: createdBy } = this.conversation;
    const facts = { id, type, name, visibility, policy, createdBy, peers: null };
    const { role, joined_seq: joinedSeq, visible_from_seq: visibleFromSeq } = member;
    return new MemberAccess(facts, { userId, role, joinedSeq, visibleFromSeq, blocked: false });
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

  /** The present and former members among `userIds`. */
  async everMembers(userIds: readonly UserId[]): Promise<Set<UserId>> {
    const rows = await this.tx.query<{ user_id: UserId }>(
      'SELECT user_id FROM members WHERE conversation_id = $1 AND user_id = ANY ($2::uuid[])',
      [this.conversation.id, userIds],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  /** The banned users among `userIds`. */
  async bannedAmong(userIds: readonly UserId[]): Promise<Set<UserId>> {
    const rows = await this.tx.query<{ user_id: UserId }>(
      'SELECT user_id FROM bans WHERE conversation_id = $1 AND user_id = ANY ($2::uuid[])',
      [this.conversation.id, userIds],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  /** The number of owners. */
  async ownerCount(): Promise<number> {
    const [row] = await this.tx.query<{ owners: number }>(
      "SELECT count(*)::integer AS owners FROM members WHERE conversation_id = $1 AND role = 'owner' AND left_at IS NULL",
      [this.conversation.id],
    );
    return row?.owners ?? 0;
  }

  /** The member who becomes owner when the last owner, `leaverId`, leaves: of the highest role, the one who joined first. */
  async successorOf(leaverId: UserId): Promise<MemberRow | undefined> {
    const [row] = await this.tx.query<MemberRow>(
      `SELECT ${memberColumns} FROM members m WHERE m.conversation_id = $1 AND m.user_id <> $2 AND m.left_at IS NULL
       ORDER BY array_position(ARRAY['owner', 'admin', 'moderator', 'member', 'readonly'], m.role), m.joined_at, m.user_id LIMIT 1`,
      [this.conversation.id, leaverId],
    );
    return row;
  }

  /** Takes the name in this transaction, so that two changes cannot both get it. Throws `conversation.nameTaken`. */
  async claimName(name: string): Promise<void> {
    try {
      await this.tx.query('UPDATE conversations SET name = $2 WHERE id = $1', [this.conversation.id, name]);
    } catch (error) {
      throw isUniqueViolation(error) ? new AppError('conversation.nameTaken') : error;
    }
  }

  /** Whether the code is a valid invite to this conversation. */
  async isInviteOpen(code: string): Promise<boolean> {
    const rows = await this.tx.query(
      `SELECT 1 FROM invites WHERE code = $1 AND conversation_id = $2 AND (max_uses IS NULL OR uses < max_uses) AND (expires_at IS NULL OR expires_at > $3)`,
      [code, this.conversation.id, this.at],
    );
    return rows.length > 0;
  }

  /** Runs a statement that belongs to the change but to no log entry, such as the ban of a non-member. */
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return this.tx.query<Row>(sql, params);
  }
}
