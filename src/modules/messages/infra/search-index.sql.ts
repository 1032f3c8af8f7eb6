/**
 * The search index is a copy of the texts, written behind persist: `search_queue` names the conversations that have changed,
 * `search_marks` up to which `rev` each of them is indexed.
 */

/**
 * Arguments  $1 conversations that changed, whose rows the caller has locked
 * Effects    they stand in the queue. Who stands there already is left alone: nothing is written for the next message of a conversation.
 */
export const queueForSearch = `
  INSERT INTO search_queue (conversation_id, since) SELECT id, now() FROM unnest($1::uuid[]) AS c (id)
  ON CONFLICT (conversation_id) DO NOTHING`;

/**
 * Arguments  $1 how many
 * Returns    the conversations that have waited longest, taken out of the queue. Their rows are locked: who persists a change of one
 *            waits until its turn is over, and then finds that it stands in the queue no more. A conversation that is being changed
 *            is passed over, for what changes is not there to be indexed yet; so none is taken out between a change and its commit.
 * How        more of the oldest are looked at than are taken, as some may be locked.
 */
export const takeFromQueue = `
  WITH oldest AS MATERIALIZED (
    SELECT conversation_id FROM search_queue ORDER BY since LIMIT $1 * 5
  ), free AS MATERIALIZED (
    SELECT c.id FROM oldest JOIN conversations c ON c.id = oldest.conversation_id LIMIT $1 FOR NO KEY UPDATE OF c SKIP LOCKED
  )
  DELETE FROM search_queue WHERE conversation_id IN (SELECT id FROM free) RETURNING conversation_id`;

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
