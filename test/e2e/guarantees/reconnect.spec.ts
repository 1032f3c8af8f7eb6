import { randomBytes } from 'node:crypto';
import { crowdIntervalMs } from '#platform/batched-reads.js';
import { catchUp, syncedWith } from '../../support/crowd-client.js';
import { testMode } from '../../support/environment.js';
import { guests, type Person } from '../../support/people.js';
import { PlanLog, type RunStatement } from '../../support/plan-log.js';
import { itemAt } from '../../support/present.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { makeConversation, say } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

const socketCount = 120;
/** Users who share their conversations. */
const neighbours = 20;
const roomsEach = 4;
const messagesEach = 5;
/** The connections that serve clients, including those of the log. Queues, batches and the lock use their own. */
const ofClients = /^parley(-log|-typeorm)?$/;
/** Reads that start at once: the first one, and full ones. */
const fullReadsMax = 8;

jest.setTimeout(120_000);

describe('many clients that reconnect at once after their node was killed', () => {
  const env: Record<string, string> = { AUTH_SECRET: randomBytes(32).toString('base64url') };
  let redis: RedisServer | undefined;
  let postgres: PlanLog;
  let worker: Server | undefined;
  let node: Server;
  let people: Person[];

  beforeAll(async () => {
    postgres = await PlanLog.start();
    if (testMode() === 'cluster') {
      redis = await startRedis();
      env.REDIS_URL = redis.url;
      worker = await start('worker');
    }
    node = await start(worker === undefined ? 'all' : 'api');
    people = await guests(socketCount, node.url);
    for (let first = 0; first < people.length; first += neighbours) await settle(people.slice(first, first + neighbours));
    await until('everything is persisted', async () => (await waiting()) === 0);
  });
  afterAll(async () => {
    await Promise.all([node.kill(), worker?.kill()]);
    await Promise.all([postgres.stop(), redis?.stop()]);
  });

  it.each([
    ['have missed nothing', 0],
    ['have missed something everywhere', 2],
  ])('and %s share their reads: each statement runs at most every 25 ms, however many clients need it', async (_, missed) => {
    const sockets = await Promise.all(people.map((person) => connect(person)));
    const known = sockets.map((socket) => itemAt(socket.of('session.ready'), 0));
    await node.kill();
    await Promise.all(sockets.map((socket) => socket.closed));
    node = await start(worker === undefined ? 'all' : 'api', node.port);
    const requested = known.map(({ conversations }) =>
      conversations.map(({ id, epoch, rev }) => ({ id, epoch, rev: Math.max(0, rev - missed) })),
    );
    let answers: string[] = [];
    let tookMs = 0;
    const statements = await postgres.statementsOf(async () => {
      const begun = performance.now();
      answers = await Promise.all(people.map((person, index) => catchUp(person, { conversations: itemAt(requested, index) })));
      tookMs = performance.now() - begun;
    });
    for (const [index, answer] of answers.entries()) expectCaughtUp(answer, itemAt(requested, index), missed);
    const own = statements.filter(({ application }) => ofClients.test(application));
    expect(own.length).toBeGreaterThan(0);
    const readsMax = tookMs / crowdIntervalMs + fullReadsMax;
    expect(counted(own).filter(([, count]) => count > readsMax)).toEqual([]);
  });

  function start(role: string, port?: number): Promise<Server> {
    return startServer({ databaseUrl: postgres.url, env, args: ['--role', role], readyTimeoutMs: 60_000, port });
  }

  async function settle(group: readonly Person[]): Promise<void> {
    const [maker, ...others] = group;
    if (maker === undefined) return;
    for (let number = 0; number < roomsEach; number += 1) {
      const { id } = await makeConversation(maker, others);
      for (let message = 0; message < messagesEach; message += 1) await say(maker, id, `message ${message}`);
    }
    for (const other of others) await makeConversation(maker, [other], { type: 'direct' });
  }

  async function waiting(): Promise<number> {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    return Number(/^parley_backlog_entries (\d+)$/m.exec(text)?.[1] ?? NaN);
  }
});

function expectCaughtUp(answer: string, requested: ReadonlyArray<{ readonly id: string }>, missed: number): void {
  const { conversations, joined, left } = syncedWith(answer);
  expect(conversations.map(({ id, status }) => [id, status])).toEqual(requested.map(({ id }) => [id, 'complete']));
  expect([joined, left]).toEqual([[], []]);
  const changes = conversations.map(({ messages, members }) => messages.length + members.length);
  expect(changes.filter((count) => count === 0)).toHaveLength(missed === 0 ? requested.length : 0);
}

/** How often each statement ran, most frequent first. */
function counted(statements: readonly RunStatement[]): Array<readonly [sql: string, count: number]> {
  const counts = new Map<string, number>();
  for (const { sql } of statements) counts.set(sql, (counts.get(sql) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
