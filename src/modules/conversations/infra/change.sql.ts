/**
 * The statements that apply entries. Each changes its row only while the row's revision is below the entry's, so applying
 * an entry again changes nothing, and counts what it really changed.
 */

/**
 * Arguments  $1 conversation, $2 user, $3 role, $4 seq when it was decided, $5 rev, $6 time, $7 invite code or null
 * Effects    the membership is made, or taken up again; its joined seq counts what was sent between decision and commit too;
 *            both cursors stand there, so that nothing older is unread; the member count and the invite's uses move by one,
 *            unless the user was in already.
 */
export const applyJoined = `
  WITH before AS (
    SELECT 1 FROM members WHERE conversation_id = $1::uuid AND user_id = $2::uuid AND left_at IS NULL
  ), head AS (
    SELECT greatest($4::integer, max(seq)) AS seq FROM messages WHERE conversation_id = $1::uuid AND seq > $4::integer AND rev < $5::integer
  ), changed AS (
    INSERT INTO members AS m (conversation_id, user_id, role, joined_at, joined_seq, delivered_seq, read_seq, uncounted, rev)
    SELECT $1::uuid, $2::uuid, $3::text, $6::timestamptz, head.seq, head.seq, head.seq, 0, $5::integer FROM head
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET role = EXCLUDED.role, joined_at = EXCLUDED.joined_at,
      joined_seq = EXCLUDED.joined_seq, delivered_seq = greatest(m.delivered_seq, EXCLUDED.delivered_seq),
      read_seq = greatest(m.read_seq, EXCLUDED.read_seq), uncounted = 0, rev = EXCLUDED.rev, left_at = NULL, left_reason = NULL
    WHERE m.rev < EXCLUDED.rev
    RETURNING 1
  ), counted AS (
    UPDATE conversations SET member_count = member_count + 1, updated_at = greatest(updated_at, $6::timestamptz)
    WHERE id = $1 AND EXISTS (SELECT 1 FROM changed) AND NOT EXISTS (SELECT 1 FROM before)
  )
  UPDATE invites SET uses = uses + 1 WHERE code = $7::text AND conversation_id = $1 AND EXISTS (SELECT 1 FROM changed)`;

/** Arguments: $1 conversation, $2 user, $3 role, $4 rev. */
export const applyRole = `
  UPDATE members SET role = $3, rev = $4 WHERE conversation_id = $1 AND user_id = $2 AND rev < $4`;

/**
 * Arguments  $1 conversation, $2 user, $3 reason, $4 rev, $5 time
 * Effects    the row stays with \`left_at\` set; the member count goes down by one, unless the user had left.
 */
export const applyLeft = `
  WITH changed AS (
    UPDATE members m SET left_at = $5, left_reason = $3, rev = $4
    FROM (SELECT left_at IS NULL AS active FROM members WHERE conversation_id = $1 AND user_id = $2) before
    WHERE m.conversation_id = $1 AND m.user_id = $2 AND m.rev < $4
    RETURNING before.active
  )
  UPDATE conversations SET member_count = member_count - 1, updated_at = greatest(updated_at, $5)
  WHERE id = $1 AND EXISTS (SELECT 1 FROM changed WHERE active)`;

/** Arguments: $1 conversation, $2 user, $3 banned by, $4 time. */
export const insertBan = `
  INSERT INTO bans (conversation_id, user_id, banned_by, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

/**
 * Arguments  $1 conversation, $2 name, $3 title, $4 visibility, $5 policy, $6 metadata, $7 rev, $8 time
 * Effects    the settings are replaced. The name was claimed when the change was decided; after a crash in between another
 *            conversation may have it, and then this one keeps its old name.
 */
export const applySettings = `
  UPDATE conversations c SET title = $3, visibility = $4, policy = $5::jsonb, metadata = $6::jsonb, settings_rev = $7,
    updated_at = greatest(updated_at, $8),
    name = CASE WHEN EXISTS (SELECT 1 FROM conversations o WHERE o.name = $2::text AND o.id <> $1) THEN c.name ELSE $2::text END
  WHERE c.id = $1 AND c.settings_rev < $7`;

/**
 * Arguments  $1 conversation, $2 rev, $3 time
 * Effects    the conversation is gone for all its members, its name and invites are free. Its messages stay in storage,
 *            where no route reaches them.
 */
export const applyDeleted = `
  WITH deleted AS (
    UPDATE conversations SET deleted_at = $3, updated_at = $3, name = NULL, settings_rev = $2, member_count = 0
    WHERE id = $1 AND deleted_at IS NULL AND settings_rev < $2
    RETURNING id
  ), uninvited AS (
    DELETE FROM invites WHERE conversation_id IN (SELECT id FROM deleted)
  )
  UPDATE members SET left_at = $3, left_reason = 'deleted', rev = $2
  WHERE conversation_id IN (SELECT id FROM deleted) AND left_at IS NULL AND rev < $2`;
