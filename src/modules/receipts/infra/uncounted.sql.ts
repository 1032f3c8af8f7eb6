/**
 * A member's own messages, deleted messages and messages that the member has hidden do not count as unread. `uncounted` is the number of
 * such messages above the member's read cursor, so that the unread count is a subtraction.
 */

/**
 * Counts the uncounted messages of `conversation` above `readSeq`, and up to `upToSeq` if it is given, for `user`. The arguments are SQL expressions. A join instead of EXISTS,
 * for which Postgres hashes all hidden messages of all users.
 */
export function countUncounted(conversation: string, user: string, readSeq: string, upToSeq?: string): string {
  const upTo = upToSeq === undefined ? '' : ` AND x.seq <= ${upToSeq}`;
  return `(SELECT count(*) FROM messages x
    LEFT JOIN message_hides o ON o.conversation_id = ${conversation} AND o.user_id = ${user} AND o.seq = x.seq
    WHERE x.conversation_id = ${conversation} AND x.seq > ${readSeq}${upTo}
      AND (x.sender_id = ${user} OR x.deleted_at IS NOT NULL OR o.seq IS NOT NULL))`;
}

/**
 * Arguments  parallel arrays, one element per member: $1 conversation, $2 user, $3 delivered seq, $4 read seq
 * Effects    cursors move forward, never back; `uncounted` is recounted where the read cursor moved. A cursor at the end of the stored
 *            messages, the common case, needs no count.
 * Requires   the conversations' rows are locked, so that no message is stored in between.
 */
export const moveCursors = `
  UPDATE members m SET
    delivered_seq = GREATEST(m.delivered_seq, v.delivered_seq),
    read_seq = GREATEST(m.read_seq, v.read_seq),
    uncounted = CASE
      WHEN v.read_seq <= m.read_seq THEN m.uncounted
      WHEN v.read_seq >= c.last_seq THEN 0
      ELSE ${countUncounted('m.conversation_id', 'm.user_id', 'v.read_seq')}
    END
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[]) AS v (conversation_id, user_id, delivered_seq, read_seq)
  JOIN conversations c ON c.id = v.conversation_id
  WHERE m.conversation_id = v.conversation_id AND m.user_id = v.user_id`;

/** Arguments: parallel arrays $1 conversation, $2 user, $3 kind, $4 up to seq, $5 after seq, $6 time. The first time of each position is kept. */
export const insertAdvances = `
  INSERT INTO receipt_advances (conversation_id, user_id, kind, up_to_seq, after_seq, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::timestamptz[])
  ON CONFLICT DO NOTHING`;

/**
 * Arguments  $1 user; parallel arrays $2 conversation, $3 a position that may be ahead of the stored read cursor: a later cursor, or the
 *            last message that has expired
 * Returns    the stored cursors, the newest stored seq, the uncounted messages above the later of the two positions, and what decides about
 *            expiry.
 * How        Expired messages stay in the table until they are deleted. Counting either those below the position or those above it gives the
 *            number; the shorter of the two stretches is counted.
 */
export const selectCounts = `
  SELECT m.conversation_id, m.read_seq, m.delivered_seq, c.last_seq, c.hidden_before_seq,
    (c.policy ->> 'retentionSeconds')::float8 AS retention_seconds,
    CASE WHEN p.position <= m.read_seq THEN m.uncounted
      WHEN p.position >= c.last_seq THEN 0
      WHEN p.position - GREATEST(m.read_seq, c.deleted_before_seq - 1) < c.last_seq - p.position
        THEN m.uncounted - ${countUncounted('m.conversation_id', 'm.user_id', 'm.read_seq', 'p.position')}
      ELSE ${countUncounted('m.conversation_id', 'm.user_id', 'p.position')} END AS uncounted
  FROM unnest($2::uuid[], $3::int[]) AS p (conversation_id, position)
  JOIN members m ON m.conversation_id = p.conversation_id AND m.user_id = $1 AND m.left_at IS NULL
  JOIN conversations c ON c.id = m.conversation_id`;
