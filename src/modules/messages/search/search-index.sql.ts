/**
 * The search index is a copy of the texts, written behind persist: `search_queue` names the conversations that have changed,
 * `search_marks` up to which `rev` each of them is indexed.
 */

/**
 * Arguments  $1 conversations that changed
 * Effects    they stand in the queue. The row is locked until the caller commits, also where it stood there before: who indexes
 *            waits for the caller, or the caller for them, so that no change falls between the two.
 */
export const queueForSearch = `
  INSERT INTO search_queue AS q (conversation_id, since) SELECT id, now() FROM unnest($1::uuid[]) AS c (id) ORDER BY id
  ON CONFLICT (conversation_id) DO UPDATE SET since = q.since`;

/**
 * Arguments  $1 how many
 * Returns    the conversations that have waited longest, taken out of the queue; locked ones are passed over.
 */
export const takeFromQueue = `
  DELETE FROM search_queue WHERE conversation_id IN (
    SELECT conversation_id FROM search_queue ORDER BY since LIMIT $1 FOR UPDATE SKIP LOCKED
  ) RETURNING conversation_id`;

/**
 * Arguments  $1 conversations, $2 messages of each at the most
 * Effects    the texts of their next changed messages are in the index, deleted ones are out of it, the marks have moved.
 * Returns    those of the conversations that have more.
 */
export const indexNext = `
  WITH changed AS (
    SELECT c.id, m.seq, m.rev, m.text FROM unnest($1::uuid[]) AS c (id) CROSS JOIN LATERAL (
      SELECT seq, rev, text FROM messages
      WHERE conversation_id = c.id AND rev > COALESCE((SELECT rev FROM search_marks WHERE conversation_id = c.id), 0)
      ORDER BY rev LIMIT $2
    ) m
  ), indexed AS (
    INSERT INTO message_search AS s (conversation_id, seq, text) SELECT id, seq, text FROM changed WHERE text IS NOT NULL
    ON CONFLICT (conversation_id, seq) DO UPDATE SET text = EXCLUDED.text WHERE s.text <> EXCLUDED.text
  ), removed AS (
    DELETE FROM message_search s USING changed c WHERE s.conversation_id = c.id AND s.seq = c.seq AND c.text IS NULL
  ), marked AS (
    INSERT INTO search_marks (conversation_id, rev) SELECT id, max(rev) FROM changed GROUP BY id
    ON CONFLICT (conversation_id) DO UPDATE SET rev = EXCLUDED.rev
  )
  SELECT id FROM changed GROUP BY id HAVING count(*) = $2`;
