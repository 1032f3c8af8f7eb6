/**
 * The statements that bring this module's entries into storage. Each changes a message only while its revision is below the
 * entry's, so applying an entry again changes nothing.
 */

/**
 * Arguments  $1 the messages as a JSON array of what `toRow` makes: one text costs two thirds of what an array per column costs to write
 * Effects    the messages are there; a sender's own messages above their read cursor are counted as not unread for them.
 */
export const insertMessages = `
  WITH stored AS (
    INSERT INTO messages (conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, reply_to, mentions, metadata, created_at)
    SELECT i.conversation, i.seq, i.rev, i.id, i.client, i.sender, decode(i.hash, 'base64'), i.text, i.reply, COALESCE(i.mentions, '{}'), i.metadata, i.at
    FROM json_to_recordset($1::json) AS i (conversation uuid, seq int, rev int, id uuid, client uuid, sender uuid, hash text, text text, reply int,
      mentions uuid[], metadata jsonb, at timestamptz)
    ON CONFLICT (conversation_id, seq) DO NOTHING
    RETURNING conversation_id, sender_id, seq
  )
  UPDATE members m SET uncounted = m.uncounted + own.messages
  FROM (
    SELECT s.conversation_id, s.sender_id, count(*) AS messages
    FROM stored s JOIN members r ON r.conversation_id = s.conversation_id AND r.user_id = s.sender_id AND r.read_seq < s.seq
    GROUP BY s.conversation_id, s.sender_id
  ) own
  WHERE m.conversation_id = own.conversation_id AND m.user_id = own.sender_id`;

/** Takes many new messages, half as dear for each as `insertMessages`, and refuses all of them where one is there. Lines of `toLine`. */
export const copyMessages = `
  COPY messages (conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, reply_to, mentions, metadata, created_at) FROM STDIN`;

/**
 * Arguments  per sender and conversation: $1 conversation, $2 sender, $3 first and $4 last \`seq\` and $5 number of the new messages, which
 *            are all that the sender has between the two
 * Effects    those above the sender's read cursor are counted as not unread for them.
 */
export const countOwn = `
  UPDATE members m SET uncounted = m.uncounted + CASE WHEN m.read_seq < o.first_seq THEN o.messages ELSE (
    SELECT count(*) FROM messages x WHERE x.conversation_id = o.conversation_id AND x.seq > m.read_seq AND x.seq <= o.last_seq AND x.sender_id = o.sender_id
  ) END
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[]) AS o (conversation_id, sender_id, first_seq, last_seq, messages)
  WHERE m.conversation_id = o.conversation_id AND m.user_id = o.sender_id AND m.read_seq < o.last_seq`;

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, $5 text. The former text is kept. */
export const applyEdited = `
  WITH before AS (
    SELECT text FROM messages WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL
  ), kept AS (
    INSERT INTO message_edits (conversation_id, seq, rev, text, replaced_at) SELECT $1, $2, $3, text, $4 FROM before ON CONFLICT DO NOTHING
  )
  UPDATE messages SET text = $5, edited_at = $4, rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL`;

/**
 * Arguments  $1 conversation, $2 seq, $3 rev, $4 time
 * Effects    a tombstone; former texts and reactions are gone; it is not unread any more for those who had not read it, unless it
 *            was not unread for them anyway (the sender, and who deleted it for themselves).
 */
export const applyDeleted = `
  WITH deleted AS (
    UPDATE messages SET text = NULL, metadata = '{}', mentions = '{}', pinned_at = NULL, deleted_at = $4, rev = $3
    WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL
    RETURNING sender_id
  ), edits AS (
    DELETE FROM message_edits WHERE conversation_id = $1 AND seq = $2 AND EXISTS (SELECT FROM deleted)
  ), unreacted AS (
    DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2 AND EXISTS (SELECT FROM deleted)
  )
  UPDATE members m SET uncounted = uncounted + 1 FROM deleted d
  WHERE m.conversation_id = $1 AND m.read_seq < $2 AND m.user_id <> d.sender_id
    AND NOT EXISTS (SELECT FROM message_hides h WHERE h.conversation_id = $1 AND h.user_id = m.user_id AND h.seq = $2)`;

/**
 * Arguments  $1 conversation, $2 seq, $3 rev, $4 time, $5 user
 * Effects    deleted for the user alone, and not unread for them any more.
 */
export const applyHidden = `
  WITH hidden AS (
    INSERT INTO message_hides (conversation_id, user_id, seq, rev, hidden_at) VALUES ($1, $5, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING seq
  )
  UPDATE members m SET uncounted = m.uncounted + 1
  FROM hidden h JOIN messages x ON x.conversation_id = $1 AND x.seq = h.seq
  WHERE m.conversation_id = $1 AND m.user_id = $5 AND m.read_seq < h.seq AND x.sender_id <> $5 AND x.deleted_at IS NULL`;

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, $5 user, $6 emoji. */
export const applyReactionAdded = `
  WITH touched AS (
    UPDATE messages SET rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL RETURNING seq
  )
  INSERT INTO reactions (conversation_id, seq, emoji, user_id, created_at) SELECT $1, seq, $6, $5, $4 FROM touched ON CONFLICT DO NOTHING`;

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 user, $5 emoji. */
export const applyReactionRemoved = `
  WITH touched AS (
    UPDATE messages SET rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL RETURNING seq
  )
  DELETE FROM reactions r USING touched t WHERE r.conversation_id = $1 AND r.seq = t.seq AND r.emoji = $5 AND r.user_id = $4`;

/** Arguments: $1 conversation, $2 seq, $3 rev, $4 time, null to unpin. */
export const applyPinned = `
  UPDATE messages SET pinned_at = $4, rev = $3 WHERE conversation_id = $1 AND seq = $2 AND rev < $3 AND deleted_at IS NULL`;
