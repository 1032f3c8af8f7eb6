/**
 * log_commit: the commit point of embedded mode, one call per group commit.
 *
 * Arguments  parallel arrays, one element per draft, in the order in which `seq` and `rev` are to be given:
 *            p_unit (drafts of one unit are all or nothing), p_conversation, p_shard, p_takes_seq, p_kind, p_actor,
 *            p_client (null: no replay check), p_hash, p_reply_to (null or a seq that must exist), p_at, p_body (JSON text).
 * Returns    one row per draft: place (1..n), outcome, seq, rev.
 *            committed        numbered and appended; seq is null unless the draft takes one
 *            replayed         the client id is known with the same hash; seq and rev of the first time
 *            conflict         the client id is known with another hash; seq of the first time
 *            replyNotFound    p_reply_to is beyond the head
 *            unknown          the conversation has no head in the log
 *            refused          another draft of its unit was not accepted
 * Effects    heads locked in id order until the caller's transaction ends; log_entries appended; log_heads moved.
 * Atomic     yes. A client id is looked for in the log and in storage in one statement, so an entry on its way from
 *            the one to the other is always seen.
 * Plan       index look-ups, fixed by the settings on the function: planned while the tables are small, it would scan them and
 *            keep that plan while they grow (measured: 18 to 44 ms for 80 drafts, against 3 to 4 ms).
 * Requires   no client id twice among the drafts of one call (the group commit sees to it).
 */
export const logCommitFunction = `
CREATE FUNCTION log_commit(
  p_unit integer[], p_conversation uuid[], p_shard integer[], p_takes_seq boolean[], p_kind text[], p_actor uuid[],
  p_client uuid[], p_hash bytea[], p_reply_to integer[], p_at timestamptz[], p_body text[]
) RETURNS TABLE (place integer, outcome text, seq integer, rev integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $function$
#variable_conflict use_column
BEGIN
  PERFORM 1 FROM log_heads h WHERE h.conversation_id = ANY (p_conversation) ORDER BY h.conversation_id FOR UPDATE;

  RETURN QUERY
  WITH input AS (
    SELECT * FROM unnest(p_unit, p_conversation, p_shard, p_takes_seq, p_kind, p_actor, p_client, p_hash, p_reply_to, p_at, p_body)
      WITH ORDINALITY AS i (unit, conversation_id, shard, takes_seq, kind, actor_id, client_id, body_hash, reply_to, at, body, place)
  ), judged AS (
    SELECT i.*, h.seq AS head_seq, h.rev AS head_rev,
      COALESCE(e.seq, m.seq) AS known_seq, COALESCE(e.rev, m.rev) AS known_rev,
      CASE
        WHEN h.conversation_id IS NULL THEN 'unknown'
        WHEN COALESCE(e.seq, m.seq) IS NOT NULL THEN
          CASE WHEN COALESCE(e.body_hash, m.body_hash) = i.body_hash THEN 'replayed' ELSE 'conflict' END
        WHEN i.reply_to > h.seq THEN 'replyNotFound'
        ELSE 'committed'
      END AS verdict
    FROM input i
    LEFT JOIN log_heads h ON h.conversation_id = i.conversation_id
    LEFT JOIN log_entries e ON e.conversation_id = i.conversation_id AND e.actor_id = i.actor_id AND e.client_id = i.client_id
    LEFT JOIN messages m ON m.conversation_id = i.conversation_id AND m.sender_id = i.actor_id AND m.client_id = i.client_id
  ), decided AS (
    SELECT j.*,
      CASE WHEN j.verdict = 'committed' AND bool_or(j.verdict NOT IN ('committed', 'replayed')) OVER (PARTITION BY j.unit)
        THEN 'refused' ELSE j.verdict END AS final
    FROM judged j
  ), numbered AS (
    SELECT d.*,
      (d.head_seq + count(*) FILTER (WHERE d.final = 'committed' AND d.takes_seq) OVER w)::integer AS new_seq,
      (d.head_rev + count(*) FILTER (WHERE d.final = 'committed') OVER w)::integer AS new_rev
    FROM decided d
    WINDOW w AS (PARTITION BY d.conversation_id ORDER BY d.place)
  ), appended AS (
    INSERT INTO log_entries (conversation_id, rev, seq, shard, kind, actor_id, client_id, body_hash, at, body)
    SELECT n.conversation_id, n.new_rev, CASE WHEN n.takes_seq THEN n.new_seq END, n.shard, n.kind, n.actor_id, n.client_id, n.body_hash, n.at, n.body::json
    FROM numbered n WHERE n.final = 'committed' ORDER BY n.place
  ), moved AS (
    UPDATE log_heads h SET seq = t.seq, rev = t.rev
    FROM (
      SELECT n.conversation_id, max(n.new_seq) AS seq, max(n.new_rev) AS rev FROM numbered n WHERE n.final = 'committed' GROUP BY n.conversation_id
    ) t
    WHERE h.conversation_id = t.conversation_id
  )
  SELECT n.place::integer, n.final,
    CASE n.final WHEN 'committed' THEN CASE WHEN n.takes_seq THEN n.new_seq END ELSE n.known_seq END,
    CASE n.final WHEN 'committed' THEN n.new_rev ELSE n.known_rev END
  FROM numbered n;
END
$function$`;
