import { Injectable } from '@nestjs/common';
import type { UserId } from '#contracts/primitives.js';
import { BatchedReads } from '#platform/batched-reads.js';
import { topic } from '#platform/signals/signals.js';
import { Database } from '../../database/database.js';
import { lobbyName } from './domain/unique-keys.js';

/**
 * The members of a private conversation have changed, and storage shows it: pairs of users may have become contacts, or ceased to be.
 * Without `isWhole`, `userIds` joined or left, and any member may be the other of the pair. With it they are all members.
 */
export const contactsChanged = topic<{ readonly userIds: readonly UserId[]; readonly isWhole: boolean; readonly isDirect: boolean }>(
  'contacts.changed',
);

/** `direct`: the two share a direct conversation, so that they see each other's presence without having to watch it. */
export type ContactKind = 'direct' | 'shared';

/** The condition under which the conversation `c` makes contacts of its members. Public conversations and the lobby do not. */
const makesContactsSql = `c.deleted_at IS NULL AND c.visibility = 'private' AND c.name IS DISTINCT FROM '${lobbyName}'`;

/**
 * Arguments  parallel arrays $1 viewer, $2 user
 * Returns    the pairs that are contacts. A lateral join looks up each pair by index.
 */
const selectPairs = `
  SELECT asked.viewer_id, asked.user_id, shared.is_direct FROM unnest($1::uuid[], $2::uuid[]) AS asked (viewer_id, user_id)
  CROSS JOIN LATERAL (
    SELECT c.type = 'direct' AS is_direct FROM members m
    JOIN members p ON p.conversation_id = m.conversation_id AND p.user_id = asked.user_id AND p.left_at IS NULL
    JOIN conversations c ON c.id = m.conversation_id AND ${makesContactsSql}
    WHERE m.user_id = asked.viewer_id AND m.left_at IS NULL
    ORDER BY 1 DESC LIMIT 1) shared
  WHERE asked.viewer_id <> asked.user_id
    AND NOT EXISTS (SELECT FROM blocks b
      WHERE (b.user_id, b.blocked_id) IN ((asked.viewer_id, asked.user_id), (asked.user_id, asked.viewer_id)))`;

/** Arguments: $1 viewer, $2 the last user of the former page or null, $3 limit. Returns a page of the viewer's contacts, by id. */
const selectPage = `
  SELECT DISTINCT p.user_id FROM members m
  JOIN conversations c ON c.id = m.conversation_id AND ${makesContactsSql}
  JOIN members p ON p.conversation_id = m.conversation_id AND p.user_id <> m.user_id AND p.left_at IS NULL
  WHERE m.user_id = $1 AND m.left_at IS NULL AND ($2::uuid IS NULL OR p.user_id > $2)
    AND NOT EXISTS (SELECT FROM blocks b WHERE (b.user_id, b.blocked_id) IN (($1, p.user_id), (p.user_id, $1)))
  ORDER BY p.user_id LIMIT $3`;

interface PairRow {
  readonly viewer_id: UserId;
  readonly user_id: UserId;
  readonly is_direct: boolean;
}

/**
 * Which users are contacts: they share a private conversation (direct, group or channel) that is not the lobby, and neither blocks the
 * other. Being in a public conversation together makes no contact, because any user can join it.
 */
@Injectable()
export class Contacts {
  private readonly pairs = new BatchedReads((keys: readonly string[]) => this.readPairs(keys));

  constructor(private readonly database: Database) {}

  /** The contacts among `userIds`, and how they are. Simultaneous reads share one statement. */
  async findContacts(viewerId: UserId, userIds: readonly UserId[]): Promise<Map<UserId, ContactKind>> {
    const found = await this.pairs.readMany(userIds.map((userId) => pairKey(viewerId, userId)));
    return new Map(
      userIds.flatMap((userId) => {
        const kind = found.get(pairKey(viewerId, userId));
        return kind === undefined ? [] : [[userId, kind] as const];
      }),
    );
  }

  /** A page of the viewer's contacts, by rising id, after `after`. */
  async listContacts(viewerId: UserId, after: UserId | undefined, limit: number): Promise<UserId[]> {
    const rows = await this.database.prepared<{ user_id: UserId }>('contacts_page', selectPage, [viewerId, after ?? null, limit]);
    return rows.map((row) => row.user_id);
  }

  private async readPairs(keys: readonly string[]): Promise<Map<string, ContactKind>> {
    const pairs = keys.map((key) => key.split(' '));
    const rows = await this.database.prepared<PairRow>('contacts_of_pairs', selectPairs, [
      pairs.map(([viewerId]) => viewerId),
      pairs.map(([, userId]) => userId),
    ]);
    return new Map(rows.map((row) => [pairKey(row.viewer_id, row.user_id), row.is_direct ? 'direct' : 'shared']));
  }
}

function pairKey(viewerId: UserId, userId: UserId): string {
  return `${viewerId} ${userId}`;
}
