import pg from 'pg';
import type { ConversationId } from '../../../contracts/primitives.js';
import { until } from '../../support/wait.js';
import { OpenLoop, type OpenLoopFigures } from '../generator/open-loop.js';
import { allOf, figuresAtMost, names } from '../report/goals.js';
import type { BenchOptions, Defer, Figures, Goal, Results, Round, Scenario } from '../scenario.js';
import { ParleyServer } from '../servers/parley-server.js';
import { seedConversations } from '../servers/seed-conversations.js';
import { connectPairs, parleyChat, sized } from '../users/crowds.js';
import type { BenchUser } from '../users/parley-api.js';

const messages = 1_000_000;
const quickMessages = 100_000;
const pairs = 100;
const sendsPerSecond = 500;
const retentionSeconds = 60;
const hiddenMsMax = 1000;
const p99FactorMax = 1.5;
/** A p99 below this is not worth comparing: one garbage collection moves it. */
const p99FreeMs = 5;
const deletedTimeoutMs = 1_800_000;

/** Whether deleting a long history slows down those who send at the same time. */
export const scenario: Scenario = {
  id: 'W14',
  summary: `a conversation of ${messages} messages (${quickMessages} when quick) expires while ${pairs} pairs send ${sendsPerSecond} messages per second`,
  mainFigure: 'ackP99WithMs',
  isLessBetter: true,
  roundsMax: 1,
  quickRounds: 1,
  columns: [
    { figure: 'hiddenMs', title: 'hidden ms', digits: 0 },
    { figure: 'ackP99BeforeMs', title: 'ack p99 before', digits: 2 },
    { figure: 'ackP99WithMs', title: 'while deleting', digits: 2 },
    { figure: 'ackP99AfterMs', title: 'after', digits: 2 },
    { figure: 'deletedMeanwhile', title: 'deleted meanwhile', digits: 0 },
    { figure: 'deletedPerSecond', title: 'deleted/s', digits: 0 },
    { figure: 'deletedSeconds', title: 'all deleted after s', digits: 0 },
  ],
  contenders: [{ name: names.embedded, open }],
  bar: allOf('hidden within 1 s, p99 while deleting <= 1.5x without (or <= 5 ms)', [
    figuresAtMost('hidden within 1 s', { hiddenMs: hiddenMsMax }),
    { says: 'p99', isMet: sendsAreNotSlowed },
  ]),
};

async function open(options: BenchOptions, defer: Defer): Promise<Round> {
  const server = await ParleyServer.start({ profileFolder: options.profileFolder });
  defer(() => server.stop());
  const owner = await server.api.createUser();
  const [seeded] = await seedConversations(server, owner, [sized(options, messages, quickMessages)]);
  if (seeded === undefined) throw new Error('no conversation was seeded');
  const client = new pg.Client({ connectionString: await server.databaseUrl() });
  await client.connect();
  defer(() => client.end());
  // Each message has its row in the search index, as in production. All texts there are alike, because a million different ones take minutes.
  await client.query(
    "INSERT INTO message_search (conversation_id, seq, folded, tokens) SELECT conversation_id, seq, 'bench', to_tsvector('simple', 'bench') FROM messages WHERE conversation_id = $1",
    [seeded.conversationId],
  );
  const crowd = await connectPairs(parleyChat(server.api, [server.url]), pairs, defer);
  const load = () => new OpenLoop(crowd, sendsPerSecond, options).run();
  return () => expire({ server, owner, client, conversationId: seeded.conversationId, load });
}

interface Setting {
  readonly server: ParleyServer;
  readonly owner: BenchUser;
  readonly client: pg.Client;
  readonly conversationId: ConversationId;
  readonly load: () => Promise<OpenLoopFigures>;
}

async function expire(setting: Setting): Promise<Figures> {
  const before = await setting.load();
  const all = await countMessages(setting);
  const setAt = performance.now();
  await setRetention(setting);
  const hiddenMs = performance.now() - setAt;
  await until('deleting has begun', async () => (await countMessages(setting)) < all, deletedTimeoutMs, 50);
  const begunAt = performance.now();
  const left = await countMessages(setting);
  const meanwhile = await setting.load();
  const leftAfterLoad = await countMessages(setting);
  await until('all is deleted', async () => (await countMessages(setting)) === 0, deletedTimeoutMs, 500);
  const deletedSeconds = (performance.now() - begunAt) / 1000;
  const after = await setting.load();
  return {
    hiddenMs,
    ackP99BeforeMs: before['ackP99Ms'] ?? null,
    ackP99WithMs: meanwhile['ackP99Ms'] ?? null,
    ackP99AfterMs: after['ackP99Ms'] ?? null,
    memberP99BeforeMs: before['memberP99Ms'] ?? null,
    memberP99WithMs: meanwhile['memberP99Ms'] ?? null,
    deletedMeanwhile: left - leftAfterLoad,
    deletedPerSecond: left / deletedSeconds,
    deletedSeconds,
  };
}

/** Sets the retention, and checks that the next read shows none of the old messages. */
async function setRetention({ server, owner: { token }, conversationId }: Setting): Promise<void> {
  const { rest } = server.api;
  const params = { conversationId };
  await rest.call('conversation.patch', { token, params, body: { policy: { retentionSeconds } } });
  const { items } = await rest.call('message.history', { token, params, query: { order: 'asc', limit: 50 } });
  const oldest = Math.min(...items.map(({ createdAt }) => Date.parse(createdAt)));
  if (oldest < Date.now() - 2 * retentionSeconds * 1000) throw new Error('an expired message is still shown');
}

/** The stored messages that are to be deleted. */
async function countMessages({ client, conversationId }: Setting): Promise<number> {
  const { rows } = await client.query<{ left: number }>(
    'SELECT last_seq + 1 - GREATEST(deleted_before_seq, 1) AS left FROM conversations WHERE id = $1',
    [conversationId],
  );
  const [{ left } = { left: 0 }] = rows;
  // The youngest messages expire later, one by one.
  return Math.max(0, left - retentionSeconds);
}

function sendsAreNotSlowed(results: Results): ReturnType<Goal['isMet']> {
  const figure = (name: string) => results.figure(names.embedded, name);
  const [before, meanwhile, after] = [figure('ackP99BeforeMs'), figure('ackP99WithMs'), figure('ackP99AfterMs')];
  if (before === null || meanwhile === null || after === null) return null;
  return meanwhile <= Math.max(p99FreeMs, p99FactorMax * Math.max(before, after));
}
