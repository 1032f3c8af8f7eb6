import { ConversationId, UserId } from '#contracts/primitives.js';
import { foldText } from '#platform/fold-text.js';
import { tokensOf } from '../../src/modules/messages/infra/search-tokens.js';
import { SearchMessages } from '../../src/modules/messages/read/search-messages.js';
import { createDatabase, queryRows } from '../support/database.js';
import { environment } from '../support/environment.js';
import { nodesOf, type Plan } from '../support/plan-log.js';
import { itemAt, present } from '../support/present.js';

/** `SEARCH_MESSAGES=1000000` runs the same tests on a million messages. */
const messageCount = Number(process.env.SEARCH_MESSAGES ?? 60_000);
const messagesOfConversation = 1000;
const conversationCount = messageCount / messagesOfConversation;
/** Conversations of the user who searches. */
const ownConversations = 20;
/** Texts that differ, of each script. The messages repeat them. */
const textsOfScript = 60;
const wordsOfText = 8;
const reader = UserId.parse('019cf1b8-0000-7000-8000-000000000001');
/** The tables with a row for each message. */
const growing = new Set(['messages', 'message_search']);
/** Pages that a search may read, however many messages others have: the beginning of a word matches a part of the own messages. */
const pagesMax = 20_000;

const scripts = {
  Latin: 'abcdefghijklmnoprstuvwyz',
  Cyrillic: 'абвгдежзиклмнопрстуфхцчшэюя',
  Greek: 'αβγδεζηθικλμνξοπρστυφχψω',
  Chinese: Array.from({ length: 2000 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join(''),
  Arabic: 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي',
  Hangul: Array.from({ length: 1000 }, (_, index) => String.fromCodePoint(0xac00 + index * 11)).join(''),
} as const;
type Script = keyof typeof scripts;

jest.setTimeout(1_200_000);

describe('search among many messages of six scripts', () => {
  let url: string;

  beforeAll(async () => {
    url = await createDatabase(environment().adminUrl);
    await fillTables();
  });

  it.each(Object.keys(scripts) as Script[])(
    'a search for a %s word, a beginning or a phrase reads the index and few pages',
    async (script) => {
      const [first = '', second = '', third = ''] = textOf(script, 7).split(' ');
      for (const q of [first, `${first} ${third}`, `"${first} ${second}"`, first.slice(0, 2), `${first} -${wordOf(script, 1, 1)}`]) {
        const plan = await planOf(q);
        expect([q, rowsOf(plan) > 0]).toEqual([q, true]);
        expect(troubles(plan)).toEqual([]);
      }
    },
  );

  it('a search for a word that every message has reads the messages of the own conversations only', async () => {
    const plan = await planOf('common');
    expect(rowsOf(plan)).toBe(51);
    const read = nodesOf(plan).filter((node) => node['Relation Name'] === 'message_search');
    expect(read.map(rowsOf)).toEqual([ownConversations * messagesOfConversation]);
    expect(scans(plan)).toEqual([]);
  });

  it('a search for words that no message has together reads no message', async () => {
    const plan = await planOf(`${wordOf('Latin', 1, 1)} ${wordOf('Greek', 2, 2)}`);
    expect(rowsOf(plan)).toBe(0);
    expect(
      nodesOf(plan)
        .filter((node) => node['Relation Name'] === 'messages')
        .map(rowsOf),
    ).toEqual([0]);
  });

  /** Runs the statement of a search and returns its plan with the rows and pages of the run. */
  async function planOf(q: string): Promise<Plan> {
    let plan: Plan | undefined;
    const database = {
      query: async (sql: string, params: unknown[]) => {
        if (!sql.includes('FROM message_search s')) return queryRows(url, sql, params);
        const [row] = await queryRows(url, `EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ${sql}`, params);
        // Cast: EXPLAIN returns one row with this column.
        plan = itemAt(present(row)['QUERY PLAN'] as Array<{ Plan: Plan }>, 0).Plan;
        return [];
      },
    };
    // Cast: a search uses no more of its collaborators than this.
    const messages = { findMessages: () => Promise.resolve([]) } as never;
    const floors = { retentionSql: () => "(c.policy ->> 'retentionSeconds')::float8" } as never;
    await new SearchMessages({} as never, database as never, messages, floors).execute(reader, { q });
    return present(plan);
  }

  /** Conversations with texts of all scripts in turn. The index is built after the rows, which is faster. */
  async function fillTables(): Promise<void> {
    const run = (sql: string) => queryRows(url, sql);
    await run(`INSERT INTO conversations (id, type, visibility, policy, created_by, created_at, updated_at)
      SELECT gen_random_uuid(), 'group', 'private', '{}', CASE WHEN n <= ${ownConversations} THEN '${reader}'::uuid END, now(), now()
      FROM generate_series(1, ${conversationCount}) n`);
    await run(`INSERT INTO members (conversation_id, user_id, role, joined_at, rev)
      SELECT id, COALESCE(created_by, gen_random_uuid()), 'member', now(), 1 FROM conversations`);
    await run('CREATE TABLE texts (number int PRIMARY KEY, text text, folded text, tokens text)');
    for (const [place, script] of (Object.keys(scripts) as Script[]).entries()) await storeTexts(script, place);
    const count = textsOfScript * Object.keys(scripts).length;
    await run('DROP INDEX ix_message_search_tokens');
    await run(`CREATE TABLE places AS
      SELECT c.id, s AS seq, ((c.number * ${messagesOfConversation} + s) * 7919) % ${count} AS text FROM generate_series(1, ${messagesOfConversation}) s,
        (SELECT id, row_number() OVER (ORDER BY created_by IS NULL, id) AS number FROM conversations) c`);
    await run(`INSERT INTO messages (conversation_id, seq, id, rev, client_id, sender_id, body_hash, text, created_at)
      SELECT p.id, p.seq, gen_random_uuid(), p.seq, gen_random_uuid(), '${reader}', '\\x00', t.text, now() - p.seq * interval '1 minute'
      FROM places p JOIN texts t ON t.number = p.text`);
    const lexeme = `'@' || translate(encode(decode(replace(p.id::text, '-', ''), 'hex'), 'base64'), '+/=', '-_')`;
    await run(`INSERT INTO message_search (conversation_id, seq, folded, tokens)
      SELECT p.id, p.seq, t.folded, (${lexeme} || ' ' || t.tokens)::tsvector FROM places p JOIN texts t ON t.number = p.text`);
    await run('CREATE INDEX ix_message_search_tokens ON message_search USING gin (tokens)');
    await run(`INSERT INTO message_hides (conversation_id, user_id, seq, rev, hidden_at)
      SELECT id, gen_random_uuid(), seq, seq, now() FROM places WHERE seq = 1`);
    await run('DROP TABLE texts, places');
    await run('VACUUM ANALYZE');
  }

  async function storeTexts(script: Script, place: number): Promise<void> {
    const rows = Array.from({ length: textsOfScript }, (_, number) => {
      const text = textOf(script, number);
      // The conversation, the first lexeme, is another one in every message.
      const tokens = tokensOf(ConversationId.parse(reader), text).replace(/^\S+ /, '');
      return { number: place * textsOfScript + number, text, folded: foldText(text), tokens };
    });
    const insert = 'INSERT INTO texts SELECT * FROM json_to_recordset($1::json) AS t (number int, text text, folded text, tokens text)';
    await queryRows(url, insert, [JSON.stringify(rows)]);
  }
});

/** The words of a text, the same in every run, and one word that all texts have. */
function textOf(script: Script, number: number): string {
  return [...Array.from({ length: wordsOfText }, (_, index) => wordOf(script, number, index)), 'common'].join(' ');
}

/** A word of three to six letters. Texts share some of their words. */
function wordOf(script: Script, number: number, index: number): string {
  const letters = Array.from(scripts[script]);
  const seed = index % 2 === 0 ? number * 31 + index * 7 : (number % 40) * 13 + index * 5;
  return Array.from({ length: 3 + (seed % 4) }, (_, place) =>
    itemAt(letters, (seed * (place * 17 + 11) + place * place * 3) % letters.length),
  ).join('');
}

function rowsOf(node: Plan): number {
  return Math.round((node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1));
}

function scans(plan: Plan): string[] {
  const found = nodesOf(plan).filter((node) => node['Node Type'] === 'Seq Scan' && growing.has(node['Relation Name'] ?? ''));
  return found.map((node) => `reads all of ${node['Relation Name'] ?? ''}`);
}

function troubles(plan: Plan): string[] {
  const usesIndex = nodesOf(plan).some((node) => node['Index Name'] === 'ix_message_search_tokens');
  const pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  return [
    ...scans(plan),
    ...(usesIndex ? [] : ['does not use the index of words']),
    ...(pages <= pagesMax ? [] : [`reads ${pages} pages`]),
  ];
}
