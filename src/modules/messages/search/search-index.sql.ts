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

/** Returns the conversation that has waited longest, taken out of the queue; locked ones are passed over. */
export const takeFromQueue = `
  DELETE FROM search_queue WHERE conversation_id = (
    SELECT conversation_id FROM search_queue ORDER BY since LIMIT 1 FOR UPDATE SKIP LOCKED
  ) RETURNING conversation_id`;

/**
 * Arguments  $1 conversation, $2 messages at the most
 * Effects    the texts of the next changed messages are in the index, deleted ones are out of it, the mark has moved.
 * Returns    how many messages were looked at.
 */
export const indexNext = `
  WITH changed AS (
    SELECT seq, rev, text FROM messages
    WHERE conversation_id = $1 AND rev > COALESCE((SELECT rev FROM search_marks WHERE conversation_id = $1), 0)
    ORDER BY rev LIMIT $2
  ), indexed AS (
    INSERT INTO message_search AS s (conversation_id, seq, text) SELECT $1, seq, text FROM changed WHERE text IS NOT NULL
    ON CONFLICT (conversation_id, seq) DO UPDATE SET text = EXCLUDED.text WHERE s.text <> EXCLUDED.text
  ), removed AS (
    DELETE FROM message_search s USING changed c WHERE s.conversation_id = $1 AND s.seq = c.seq AND c.text IS NULL
  ), marked AS (
    INSERT INTO search_marks (conversation_id, rev) SELECT $1, max(rev) FROM changed HAVING count(*) > 0
    ON CONFLICT (conversation_id) DO UPDATE SET rev = EXCLUDED.rev
  )
  SELECT count(*) AS messages FROM changed`;
