/**
 * Finds stored messages by their client ids.
 *
 * Arguments  three arrays of equal length: $1 conversations, $2 senders, $3 client ids
 * Returns    one row per message found: `place` (its index in the arrays, from 1), `seq`, `rev`, `body_hash`
 * Plan       one index lookup per client id; the lateral join keeps the planner from scanning a table that it believes to be small
 */
export const storedMessagesSql = `
  SELECT k.place::integer, m.seq, m.rev, m.body_hash
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS k (conversation_id, sender_id, client_id, place)
  CROSS JOIN LATERAL (
    SELECT seq, rev, body_hash FROM messages
    WHERE conversation_id = k.conversation_id AND sender_id = k.sender_id AND client_id = k.client_id LIMIT 1
  ) m`;
