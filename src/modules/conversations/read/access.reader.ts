import { Injectable } from '@nestjs/common';
import type { ConversationType, Policy, Role, Visibility } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { BatchedReads } from '#platform/batched-reads.js';
import { HistoryFloors } from '../history-floors.js';
import type { ConversationFacts, MembershipFacts } from '../member-access.js';
import { muteColumn, type StoredMute, toMute } from '../mute.js';
import { memberKey, memberKeyColumns } from '#platform/member-key.js';

interface AccessRow {
  readonly id: ConversationId;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly visibility: Visibility;
  readonly policy: Policy;
  readonly created_by: UserId | null;
  readonly user_id: UserId;
  readonly role: Role;
  readonly joined_seq: number;
  readonly visible_from_seq: number;
  readonly peer_id: UserId | null;
  readonly blocked: boolean;
  readonly hidden_before_seq: number;
  readonly mute: StoredMute | null;
}

/** A lateral join looks up each pair by index, so that the planner does not switch to a scan when there are many. */
const readAccess = `
  SELECT a.* FROM unnest($1::uuid[], $2::uuid[]) AS asked (conversation_id, user_id)
  CROSS JOIN LATERAL (
    SELECT c.id, c.type, c.name, c.visibility, c.policy, c.created_by, c.hidden_before_seq, m.user_id, m.role, m.joined_seq,
      m.visible_from_seq, p.user_id AS peer_id,
      (c.type = 'direct' AND p.user_id IS NULL)
        OR EXISTS (SELECT 1 FROM blocks b WHERE (b.user_id, b.blocked_id) IN ((m.user_id, p.user_id), (p.user_id, m.user_id))) AS blocked,
      ${muteColumn}
    FROM conversations c
    JOIN members m ON m.conversation_id = c.id AND m.user_id = asked.user_id AND m.left_at IS NULL
    LEFT JOIN members p ON c.type = 'direct' AND p.conversation_id = c.id AND p.user_id <> asked.user_id
    WHERE c.id = asked.conversation_id AND c.deleted_at IS NULL
    LIMIT 1) a`;

/** The facts that decide about a member's access to a conversation. */
export interface ReadAccess {
  readonly conversation: ConversationFacts;
  readonly member: MembershipFacts;
}

/** Reads the facts that decide about access. Simultaneous reads share one statement, because all clients ask after a restart. */
@Injectable()
export class AccessReader {
  private readonly reads = new BatchedReads((keys: readonly string[]) => this.readAll(keys));

  constructor(
    private readonly database: Database,
    private readonly floors: HistoryFloors,
  ) {}

  /** Undefined for non-members and for conversations that do not exist. */
  read(conversationId: ConversationId, userId: UserId): Promise<ReadAccess | undefined> {
    return this.reads.readOne(memberKey(conversationId, userId));
  }

  /** The facts of a conversation for a viewer who needs no membership. */
  async readConversation(conversationId: ConversationId): Promise<ConversationFacts | undefined> {
    const [row] = await this.database.query<
      Omit<ConversationFacts, 'createdBy' | 'peers'> & Pick<AccessRow, 'created_by' | 'hidden_before_seq'>
    >('SELECT id, type, name, visibility, policy, created_by, hidden_before_seq FROM conversations WHERE id = $1 AND deleted_at IS NULL', [
      conversationId,
    ]);
    if (row === undefined) return undefined;
    const { created_by: createdBy, hidden_before_seq: hiddenBeforeSeq, ...facts } = row;
    const { retentionSeconds } = facts.policy;
    const floor = this.floors.floorOf({ id: facts.id, retentionSeconds, hiddenBeforeSeq });
    return { ...facts, createdBy, peers: null, floor };
  }

  private async readAll(keys: readonly string[]): Promise<Map<string, ReadAccess>> {
    const rows = await this.database.prepared<AccessRow>('conversation_access', readAccess, memberKeyColumns(keys));
    return new Map(rows.map((row) => [memberKey(row.id, row.user_id), this.toAccess(row)]));
  }

  private toAccess(row: AccessRow): ReadAccess {
    const { id, type, name, visibility, policy, user_id: userId } = row;
    return {
      conversation: {
        id,
        type,
        name,
        visibility,
        policy,
        createdBy: row.created_by,
        peers: row.peer_id === null ? null : [userId, row.peer_id],
        floor: this.floors.floorOf({ id, retentionSeconds: policy.retentionSeconds, hiddenBeforeSeq: row.hidden_before_seq }),
      },
      member: {
        userId,
        role: row.role,
        joinedSeq: row.joined_seq,
        visibleFromSeq: row.visible_from_seq,
        blocked: row.blocked,
        mute: toMute(row.mute),
      },
    };
  }
}
