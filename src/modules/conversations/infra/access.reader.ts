import { Injectable } from '@nestjs/common';
import type { ConversationType, Policy, Role, Visibility } from '../../../../contracts/conversations.js';
import type { ConversationId, UserId } from '../../../../contracts/primitives.js';
import { Database } from '../../../database/database.js';
import type { ConversationFacts, MembershipFacts } from '../member-access.js';

interface AccessRow {
  readonly id: ConversationId;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly visibility: Visibility;
  readonly policy: Policy;
  readonly created_by: UserId | null;
  readonly role: Role;
  readonly joined_seq: number;
  readonly peer_id: UserId | null;
  readonly blocked: boolean;
}

const readAccess = `
  SELECT c.id, c.type, c.name, c.visibility, c.policy, c.created_by, m.role, m.joined_seq, p.user_id AS peer_id,
    EXISTS (SELECT 1 FROM blocks b WHERE (b.user_id, b.blocked_id) IN ((m.user_id, p.user_id), (p.user_id, m.user_id))) AS blocked
  FROM conversations c
  JOIN members m ON m.conversation_id = c.id AND m.user_id = $2 AND m.left_at IS NULL
  LEFT JOIN members p ON c.type = 'direct' AND p.conversation_id = c.id AND p.user_id <> $2
  WHERE c.id = $1 AND c.deleted_at IS NULL`;

/** Reads what decides about one user's access to one conversation. */
@Injectable()
export class AccessReader {
  constructor(private readonly database: Database) {}

  /** Undefined when the user is not in it, or it does not exist. */
  async read(
    conversationId: ConversationId,
    userId: UserId,
  ): Promise<{ conversation: ConversationFacts; member: MembershipFacts } | undefined> {
    const [row] = await this.database.prepared<AccessRow>('conversation_access', readAccess, [conversationId, userId]);
    if (!row) return undefined;
    const { id, type, name, visibility, policy } = row;
    return {
      conversation: { id, type, name, visibility, policy, createdBy: row.created_by, peers: row.peer_id ? [userId, row.peer_id] : null },
      member: { userId, role: row.role, joinedSeq: row.joined_seq, blocked: row.blocked },
    };
  }
}
