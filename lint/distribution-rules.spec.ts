import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDistribution, conversationTables, localTables, sqlTextsOf, unboundTables } from './distribution-rules.js';

const schemaFiles = readdirSync('src/database/migrations', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join('src/database/migrations', path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const schema = schemaFiles.map(({ text }) => text).join('\n');
const distribution = Object.fromEntries(Object.entries(conversationTables(schema)).filter(([name]) => !localTables.test(name)));

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => join('src', path))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('migrations'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const statements = sources.flatMap(sqlTextsOf);

describe('the tables of conversations', () => {
  it('have primary keys that begin with the conversation', () => {
    const withConversation = [...schema.matchAll(/CREATE TABLE (\w+) \(\n\s+conversation_id /g)].map(([, name]) => name);
    expect(Object.keys(conversationTables(schema)).toSorted()).toEqual(withConversation.toSorted());
    expect(Object.keys(distribution)).toEqual(expect.arrayContaining(['members', 'messages', 'reactions', 'receipt_advances']));
  });

  it('have unique keys that contain the conversation, as distributed tables must', () => {
    for (const name of Object.keys(distribution)) {
      const [, body = ''] = new RegExp(`CREATE TABLE ${name} \\(([^]*?)\\n  \\)`).exec(schema) ?? [];
      const unique = [
        ...body.matchAll(/UNIQUE \(([^)]*)\)/g),
        ...schema.matchAll(new RegExp(`UNIQUE INDEX \\w+ ON ${name} \\(([^)]*)\\)`, 'g')),
      ];
      expect(unique.filter(([, columns = '']) => !columns.includes('conversation_id'))).toEqual([]);
    }
  });

  it('are never used in src by a statement that does not name the conversation', () => {
    expect(statements.length).toBeGreaterThan(80);
    expect(checkDistribution([...schemaFiles, ...sources])).toEqual([]);
  });

  it('are reported if a statement does not name its conversation', () => {
    const bad = { path: 'src/modules/messages/a.ts', text: "const sql = 'SELECT * FROM messages WHERE id = $1';" };
    expect(checkDistribution([...schemaFiles, bad]).map(({ rule }) => rule)).toEqual(['conversation-tables']);
  });

  it('are never used by a condition of the shared statement of messages that does not name the conversation', () => {
    const users = sources.filter(({ text }) => /import [^;]*selectMessages/.test(text));
    expect(users.length).toBeGreaterThan(0);
    const clauses = users.flatMap(({ path, text }) =>
      [...text.matchAll(/(['`])((?:(?!\1)[^])*\bm\.seq\b(?:(?!\1)[^])*)\1/g)].map(([, , sql = '']) => [path, sql]),
    );
    const ordered = clauses.filter(([, sql = '']) => sql.includes('ORDER BY'));
    expect(ordered.filter(([, sql = '']) => !sql.includes('conversation_id'))).toEqual([]);
  });
});

describe('deploy/citus/distribute.sql', () => {
  const sql = readFileSync('deploy/citus/distribute.sql', 'utf8');
  const named = (call: string): string[] =>
    [...sql.matchAll(new RegExp(`${call}\\('(\\w+)'`, 'g'))].map(([, name = '']) => name).toSorted();

  it('distributes every table of conversations by the conversation', () => {
    expect(named('create_distributed_table')).toEqual(Object.keys(distribution).toSorted());
    expect([...sql.matchAll(/create_distributed_table\('\w+', '(\w+)'/g)].every(([, column]) => column === 'conversation_id')).toBe(true);
  });

  it('copies every table that statements join with them to all workers', () => {
    const all = [...schema.matchAll(/CREATE TABLE (\w+) \(/g)].map(([, name = '']) => name);
    const others = all.filter((name) => distribution[name] === undefined && !localTables.test(name));
    const mentions = (text: string, name: string): boolean => new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE|USING)\\s+${name}\\b`).test(text);
    const joined = statements.filter(({ text }) => Object.keys(distribution).some((name) => mentions(text, name)));
    const needed = others.filter((name) => joined.some(({ text }) => mentions(text, name)));
    expect(needed.filter((name) => !named('create_reference_table').includes(name))).toEqual([]);
  });

  it('equals the statements in docs/operations/scaling.md', () => {
    const page = readFileSync('docs/operations/scaling.md', 'utf8');
    for (const [statement] of sql.matchAll(/^SELECT create_.*;$/gm)) expect(page).toContain(statement);
  });
});

describe('the rule', () => {
  const tables = { members: 'conversation_id', messages: 'conversation_id' };

  it.each([
    'SELECT * FROM messages WHERE conversation_id = $1 AND seq > $2',
    'SELECT * FROM messages m WHERE m.conversation_id = ANY ($1::uuid[])',
    'SELECT * FROM messages m JOIN members r ON r.conversation_id = m.conversation_id WHERE m.conversation_id = $1',
    'DELETE FROM messages m USING unnest($1::uuid[], $2::int[]) AS s (conversation_id, seq) WHERE (m.conversation_id, m.seq) = (s.conversation_id, s.seq)',
    'INSERT INTO messages (conversation_id, seq) VALUES ($1, $2)',
    'INSERT INTO members AS m (conversation_id, user_id) SELECT $1, $2 ON CONFLICT DO NOTHING',
    'WITH gone AS (DELETE FROM messages WHERE conversation_id = $1 RETURNING seq) SELECT count(*) FROM gone',
    'SELECT 1 FROM users WHERE EXISTS (SELECT FROM members m WHERE m.conversation_id = $1)',
    'SELECT username FROM users WHERE id = $1',
  ])('allows %s', (sql) => {
    expect(unboundTables(sql, tables)).toEqual([]);
  });

  it.each([
    ['SELECT * FROM messages WHERE id = $1', 'messages'],
    ['SELECT * FROM messages m JOIN members r ON r.user_id = m.sender_id WHERE m.conversation_id = $1', 'members'],
    ['UPDATE members SET role = $2 WHERE user_id = $1', 'members'],
    ['INSERT INTO messages (seq, sender_id) VALUES ($1, $2)', 'messages'],
    [
      'WITH gone AS (DELETE FROM messages WHERE conversation_id = $1 RETURNING seq) UPDATE members SET read_seq = 0 WHERE user_id = $2',
      'members',
    ],
    ['SELECT 1 FROM members WHERE conversation_id = $1 AND EXISTS (SELECT 1 FROM messages x WHERE x.sender_id = $2)', 'messages'],
  ])('refuses %s', (sql, table) => {
    expect(unboundTables(sql, tables)).toEqual([table]);
  });

  it('finds the statements of a file and resolves their constants', () => {
    const text =
      "const columns = 'seq, text';\nconst page = `SELECT ${columns} FROM messages WHERE ${clause}`;\nconst word = 'SELECTED';\n";
    expect(sqlTextsOf({ path: 'a.ts', text })).toEqual([{ path: 'a.ts', line: 2, text: 'SELECT seq, text FROM messages WHERE ${clause}' }]);
  });
});
