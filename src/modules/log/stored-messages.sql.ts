/**
 * Arguments  parallel arrays: $1 conversation, $2 sender, $3 client id
 * Returns    `place` in the arrays (from 1), `seq`, `rev` and `body_hash` of the messages that storage has under them.
 * How        a lookup in the index for each, whatever the planner thinks of the table's size.
 */
export const storedMessagesSql = `
  SELECT k.place::integer, m.seq, m.rev, m.body_hash
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS k (conversation_id, sender_id, client_id, place)
  CROSS JOIN LATERAL (
    SELECT seq, rev, body_hash FROM messages
    WHERE conversation_id = k.conversation_id AND sender_id = k.sender_id AND client_id = k.client_id LIMIT 1
  ) m`;
