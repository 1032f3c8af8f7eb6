/**
 * The search index holds the texts in folded form and as lexemes. It is written after the messages are persisted: `search_queue` holds the conversations that have
 * changed, `search_marks` the `rev` up to which each of them is indexed.
 */

/**
 * Arguments  $1 conversations that changed, whose rows the caller has locked
 * Effects    the conversations are in the queue. Those that were there already are not written again, so a busy conversation costs nothing.
 */
export const queueForSearch = `
  INSERT INTO search_queue (conversation_id, since) SELECT id, now() FROM unnest($1::uuid[]) AS c (id)
  ON CONFLICT (conversation_id) DO NOTHING`;

/**
 * Arguments  $1 how many conversations to take
 * Returns    the conversations that have waited longest, which are removed from the queue
 * Locks      their rows. A worker that persists a change of one waits until this transaction ends, and then queues the conversation again.
 *            Conversations that are locked are skipped: their changes cannot be indexed before they are committed, and a conversation
 *            taken in between would miss its change.
 * How        more of the oldest are examined than are taken, because some may be locked.
 */
export const takeFromQueue = `
  WITH oldest AS MATERIALIZED (
    SELECT conversation_id FROM search_queue ORDER BY since LIMIT $1 * 5
  ), free AS MATERIALIZED (
    SELECT c.id FROM oldest JOIN conversations c ON c.id = oldest.conversation_id LIMIT $1 FOR NO KEY UPDATE OF c SKIP LOCKED
  )
  DELETE FROM search_queue WHERE conversation_id IN (SELECT id FROM free) RETURNING conversation_id`;

/**
 * Arguments  $1 conversation, $2 seq
 * Effects    search does not find the message until it is indexed again.
 */
export const removeFromSearch = 'DELETE FROM message_search WHERE conversation_id = $1 AND seq = $2';

/**
 * Arguments  $1 conversations, $2 the most messages of each
 * Returns    their next changed messages
 */
export const selectChanged = `
  SELECT c.id, m.seq, m.rev, m.text FROM unnest($1::uuid[]) AS c (id) CROSS JOIN LATERAL (
    SELECT seq, rev, text FROM messages
    WHERE conversation_id = c.id AND rev > COALESCE((SELECT rev FROM search_marks WHERE conversation_id = c.id), 0)
    ORDER BY rev LIMIT $2
  ) m`;

/**
 * Arguments  $1 changed messages as a JSON array of \`IndexedText\` objects
 * Effects    their texts are in the index, and the marks have moved.
 */
export const indexTexts = `
  WITH changed AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS i (id uuid, seq int, rev int, folded text, tokens text)
  ), indexed AS (
    INSERT INTO message_search AS s (conversation_id, seq, folded, tokens)
    SELECT id, seq, folded, tokens::tsvector FROM changed WHERE folded IS NOT NULL
    ON CONFLICT (conversation_id, seq) DO UPDATE SET folded = EXCLUDED.folded, tokens = EXCLUDED.tokens WHERE s.folded <> EXCLUDED.folded
  )
  INSERT INTO search_marks (conversation_id, rev) SELECT id, max(rev) FROM changed GROUP BY id
  ON CONFLICT (conversation_id) DO UPDATE SET rev = EXCLUDED.rev`;
