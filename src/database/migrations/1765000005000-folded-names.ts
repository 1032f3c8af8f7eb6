import type { MigrationInterface, QueryRunner } from 'typeorm';
import { foldText } from '#platform/fold-text.js';
import { searchableNames } from '#platform/name-search.js';

const batchSize = 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Names are compared and searched in folded form, which the application writes: the letters that Postgres knows depend on its locale.
 * `users.username_key` is null where it would equal the user name.
 */
export class FoldedNames1765000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_users_search');
    await runner.query('ALTER TABLE users ADD username_key text, ADD search_text text, ADD search_grams text[]');
    await runner.query('ALTER TABLE conversations ADD folded_title text');
    await foldUsers(runner);
    await foldTitles(runner);
    await runner.query('CREATE UNIQUE INDEX uq_users_username_key ON users (COALESCE(username_key, username))');
    await runner.query('CREATE INDEX ix_users_search ON users USING gin (search_grams)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX uq_users_username_key');
    await runner.query('DROP INDEX ix_users_search');
    await runner.query('ALTER TABLE users DROP username_key, DROP search_text, DROP search_grams');
    await runner.query('ALTER TABLE conversations DROP folded_title');
    await runner.query("CREATE INDEX ix_users_search ON users USING gin ((username || ' ' || lower(display_name)) gin_trgm_ops)");
  }
}

/** User names are ASCII and in lower case up to here, so they need no key of their own. */
async function foldUsers(runner: QueryRunner): Promise<void> {
  for (let after = firstId; ;) {
    const rows = await readBatch(runner, 'SELECT id, username, display_name AS label FROM users WHERE id > $1 ORDER BY id LIMIT $2', after);
    if (rows.length === 0) return;
    const names = rows.map(({ id, username = '', label }) => ({ id, ...searchableNames(username, label) }));
    await runner.query(
      `UPDATE users u SET search_text = n."searchText", search_grams = ARRAY(SELECT json_array_elements_text(n."searchGrams"))
       FROM json_to_recordset($1::json) AS n (id uuid, "searchText" text, "searchGrams" json) WHERE u.id = n.id`,
      [JSON.stringify(names)],
    );
    after = rows.at(-1)?.id ?? after;
  }
}

async function foldTitles(runner: QueryRunner): Promise<void> {
  for (let after = firstId; ;) {
    const select = 'SELECT id, title AS label FROM conversations WHERE id > $1 AND title IS NOT NULL ORDER BY id LIMIT $2';
    const rows = await readBatch(runner, select, after);
    if (rows.length === 0) return;
    await runner.query(
      'UPDATE conversations c SET folded_title = t.folded FROM unnest($1::uuid[], $2::text[]) AS t (id, folded) WHERE c.id = t.id',
      [rows.map(({ id }) => id), rows.map(({ label }) => foldText(label))],
    );
    after = rows.at(-1)?.id ?? after;
  }
}

interface NameRow {
  readonly id: string;
  readonly username?: string;
  readonly label: string;
}

/** Reads the rows after an id, in its order, so that a large table does not have to fit into memory. */
function readBatch(runner: QueryRunner, sql: string, after: string): Promise<NameRow[]> {
  return runner.query(sql, [after, batchSize]);
}
