import pg from 'pg';
import type { ConversationId } from '../../../contracts/primitives.js';
import type { BenchUser } from '../users/parley-api.js';
import type { ParleyServer } from './parley-server.js';
import { text200 } from '../generator/send-frame.js';

/** A conversation and its number of messages. */
export interface Seeded {
  readonly conversationId: ConversationId;
  readonly messages: number;
}

/**
 * Arguments  $1 conversation, $2 sender, $3 messages, $4 text
 * Effects    inserts messages with the numbers that the log would have given them, two seconds apart.
 */
const insertMessages = `
  INSERT INTO messages (conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, created_at)
  SELECT c.id, n, c.last_rev + n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, $2, decode(repeat('00', 32), 'hex'), $4,
    now() - ($3 - n) * interval '2 seconds'
  FROM conversations c, generate_series(1, $3::int) AS n WHERE c.id = $1`;

/** Arguments: $1 conversation, $2 messages. Moves the heads as persisting would. */
const moveHeads = 'UPDATE conversations SET last_seq = $2::int, last_rev = last_rev + $2::int, last_message_at = now() WHERE id = $1';

/** Creates conversations and inserts their messages into the tables without the log. Restarts the server so that it reads the heads. */
export async function seedConversations(server: ParleyServer, creator: BenchUser, sizes: readonly number[]): Promise<Seeded[]> {
  const seeded: Seeded[] = [];
  const other = await server.api.createUser();
  for (const messages of sizes) seeded.push({ conversationId: await server.api.createGroup(creator, [other]), messages });
  const client = new pg.Client({ connectionString: await server.databaseUrl() });
  await client.connect();
  try {
    for (const { conversationId, messages } of seeded) {
      await client.query(insertMessages, [conversationId, creator.userId, messages, text200]);
      await client.query(moveHeads, [conversationId, messages]);
    }
    // In production, autovacuum would have run.
    await client.query('VACUUM (ANALYZE) messages');
  } finally {
    await client.end();
  }
  await server.restart();
  return seeded;
}
