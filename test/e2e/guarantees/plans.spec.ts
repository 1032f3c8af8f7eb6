import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { api } from '../../support/api.js';
import { queryRows } from '../../support/database.js';
import { KnownPlans } from '../../support/known-plans.js';
import { root } from '../../support/paths.js';
import { guests, type Person } from '../../support/people.js';
import { describePlan, nodesOf, type Plan, PlanLog, type RunStatement } from '../../support/plan-log.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, say } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

/** Tables that grow with use. Scanning or sorting one of them takes longer every day. */
const growing = new Set([
  'messages',
  'members',
  'conversations',
  'reactions',
  'receipt_advances',
  'message_hides',
  'message_edits',
  'users',
]);
/** Statements that workers run at the same time: receipts of the page that was read, and the search index. */
const ofWorkers = /search_|UPDATE members|INSERT INTO receipt_advances/;
const conversationCount = 30_000;
const messagesEach = 3;
/** The messages of the conversation that is read. */
const messagesThere = 5000;
/** The same secret before and after the restart of the server. */
const env = { LOBBY: 'off', AUTH_SECRET: randomBytes(32).toString('base64url') };

const knownPlans = new KnownPlans(join(root, 'test/e2e/guarantees/plans.txt'));

jest.setTimeout(120_000);

describe('everyday requests on large tables', () => {
  let postgres: PlanLog;
  let server: Server;
  let reader: Person;
  let other: Person;
  let conversationId: string;

  beforeAll(async () => {
    postgres = await PlanLog.start();
    server = await startServer({ databaseUrl: postgres.url, env });
    const people = await guests(2, server.url);
    [reader, other] = [itemAt(people, 0), itemAt(people, 1)];
    for (let number = 0; number < 30; number += 1) await makeConversation(reader, [other]);
    conversationId = (await makeConversation(reader, [other])).id;
    await say(reader, conversationId, 'the first');
    await until('it is persisted', async () => (await waiting()) === 0);
    await grow();
    // Reading advances the reader's cursor in a job, which must not run during the first test.
    (await history({})).ok(200);
    await until('the cursor is stored', async () => {
      const where = `conversation_id = '${conversationId}' AND user_id = '${reader.userId}' AND delivered_seq > 5000`;
      return (await queryRows(postgres.url, `SELECT FROM members WHERE ${where}`)).length === 1;
    });
  });
  afterAll(async () => {
    await server.kill();
    await postgres.stop();
  });

  it.each([
    ['the newest page of history', () => history({})],
    ['a page from the middle', () => history({ before: 2500 })],
    ['a page around a message', () => history({ around: 2500 })],
    ['a page after a message', () => history({ after: 2500 })],
    ['the list of conversations', () => api(reader).call('conversation.list', { query: { limit: 20 } })],
    ['one conversation', () => api(other).call('conversation.get', { params: { conversationId } })],
    ['its members', () => api(reader).call('conversation.members', { params: { conversationId }, query: { limit: 50 } })],
    ['the receipts of a message', () => api(reader).call('message.receipts', { params: { conversationId, seq: 1 } })],
    ['the replies to a message', () => api(reader).call('message.replies', { params: { conversationId, seq: 1 } })],
    ['the pins', () => api(reader).call('pin.list', { params: { conversationId } })],
    ['a catch-up after an absence', () => sync(messagesThere - 100)],
    ['a catch-up when nothing was missed', () => sync(messagesThere + 2)],
  ])('%s is read by index, already in order', async (_, read) => {
    const statements = await postgres.statementsOf(async () => (await read()).ok(200));
    const hot = statements.filter(touchesGrowing).filter(({ sql }) => !ofWorkers.test(sql));
    expect(hot.length).toBeGreaterThan(0);
    expect(hot.flatMap(troubles)).toEqual([]);
    expect(knownPlans.unknownOf(hot.map(({ plan }) => describePlan(plan)))).toEqual([]);
  });

  it('a batch of messages is persisted by index', async () => {
    const statements = await postgres.statementsOf(async () => {
      await Promise.all(Array.from({ length: 20 }, (_, number) => say(reader, conversationId, `message ${number}`)));
      await until('they are persisted', async () => (await waiting()) === 0);
    });
    const writes = statements.filter(touchesGrowing);
    expect(writes.some(({ sql }) => sql.includes('INSERT INTO messages'))).toBe(true);
    expect(writes.flatMap(scans)).toEqual([]);
  });

  it('with warm caches, a send reads nothing from Postgres and shares one log statement with other sends of the same moment', async () => {
    const socket = await connect(reader);
    const send = (text: string) => socket.ok('message.send', { conversationId, clientId: randomUUID(), text });
    await send('warms the caches');
    const count = 200;
    const statements = await postgres.statementsOf(() => Promise.all(Array.from({ length: count }, (_, number) => send(`send ${number}`))));
    const commits = statements.filter(({ application }) => application === 'parley-log');
    const ofPersist =
      /INSERT INTO messages|UPDATE conversations|FROM conversations WHERE id = ANY|search_|log_groups|members m SET uncounted/;
    const others = statements.filter(({ application, sql }) => application === 'parley' && !ofPersist.test(sql));
    expect(others.map(({ sql }) => sql)).toEqual([]);
    expect(commits.length).toBeGreaterThan(0);
    expect(commits.length).toBeLessThan(count / 4);
  });

  function history(query: { before?: number; after?: number; around?: number }) {
    return api(reader).call('message.history', { params: { conversationId }, query: { ...query, limit: 50 } });
  }

  async function sync(rev: number) {
    const { epoch } = (await api(reader).call('conversation.get', { params: { conversationId } })).ok(200);
    return api(reader).call('sync.post', { body: { conversations: [{ id: conversationId, epoch, rev }] } });
  }

  async function waiting(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^parley_backlog_entries (\d+)$/m.exec(text)?.[1] ?? NaN);
  }

  /** Fills all conversations with messages and updates the planner's statistics. */
  async function grow(): Promise<void> {
    await server.stop();
    await postgres.query(`INSERT INTO conversations (id, type, visibility, policy, created_at, updated_at)
      SELECT gen_random_uuid(), 'group', 'private', '{}', now(), now() FROM generate_series(1, ${conversationCount})`);
    await postgres.query(`INSERT INTO members (conversation_id, user_id, role, joined_at, rev)
      SELECT c.id, gen_random_uuid(), 'member', now(), 1 FROM conversations c, generate_series(1, 4)`);
    await postgres.query(`INSERT INTO members (conversation_id, user_id, role, joined_at, rev)
      SELECT '${conversationId}', gen_random_uuid(), 'member', now() + number * interval '1 second', 1 FROM generate_series(1, 5000) AS number`);
    await postgres.query(`INSERT INTO messages (conversation_id, seq, id, rev, client_id, sender_id, body_hash, text, created_at)
      SELECT c.id, c.last_seq + s, gen_random_uuid(), c.last_rev + s, gen_random_uuid(), '${reader.userId}', '\\x00', 'a text', now()
      FROM conversations c, generate_series(1, CASE WHEN c.id = '${conversationId}' THEN ${messagesThere} ELSE ${messagesEach} END) s`);
    await postgres.query(`UPDATE conversations c SET last_seq = m.seq, last_rev = m.rev, last_message_at = now()
      FROM (SELECT conversation_id, max(seq) AS seq, max(rev) AS rev FROM messages GROUP BY 1) m WHERE m.conversation_id = c.id`);
    await postgres.query(`INSERT INTO users (id, username, display_name, is_guest, created_at)
      SELECT gen_random_uuid(), 'somebody-' || number, 'somebody', true, now() FROM generate_series(1, 5000) AS number`);
    await postgres.query(`INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at)
      SELECT gen_random_uuid(), id, now(), now(), now() + interval '1 day' FROM users`);
    const some = 'FROM messages m WHERE m.seq % 3 = 0';
    await postgres.query(
      `INSERT INTO reactions (conversation_id, seq, emoji, user_id, created_at) SELECT m.conversation_id, m.seq, '+', gen_random_uuid(), now() ${some}`,
    );
    await postgres.query(
      `INSERT INTO message_hides (conversation_id, user_id, seq, rev, hidden_at) SELECT m.conversation_id, CASE WHEN m.seq % 90 = 0 THEN m.sender_id ELSE gen_random_uuid() END, m.seq, m.rev, now() ${some}`,
    );
    await postgres.query(
      `INSERT INTO receipt_advances (conversation_id, user_id, kind, up_to_seq, at) SELECT m.conversation_id, gen_random_uuid(), 'read', m.seq, now() ${some}`,
    );
    await postgres.query('VACUUM ANALYZE');
    server = await startServer({ databaseUrl: postgres.url, port: server.port, env });
  }
});

function touchesGrowing({ plan }: RunStatement): boolean {
  return nodesOf(plan).some((node) => growing.has(node['Relation Name'] ?? ''));
}

function scans({ sql, plan }: RunStatement): string[] {
  const found = nodesOf(plan).filter((node) => node['Node Type'] === 'Seq Scan' && growing.has(node['Relation Name'] ?? ''));
  return found.map((node) => `reads all of ${node['Relation Name'] ?? ''}: ${sql}`);
}

/** Sorting within a subplan is fine: it sorts the few reactions of one message. */
function troubles(statement: RunStatement): string[] {
  const sorts = nodesOf(withoutSubplans(statement.plan)).filter((node) => node['Node Type'].includes('Sort'));
  // A page of changes is merged from several indexes, each read in order and only up to the length of the page, and sorted then.
  if (statement.sql.includes('x.rev > query.rev')) return scans(statement);
  return [...scans(statement), ...sorts.map(() => `sorts: ${statement.sql}\n${describePlan(statement.plan)}`)];
}

function withoutSubplans(plan: Plan): Plan {
  const plans = (plan.Plans ?? []).filter((each) => each['Subplan Name'] === undefined);
  return { ...plan, Plans: plans.map(withoutSubplans) };
}
