import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { ClientId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { type Link, openLink } from '../../support/link.js';
import { guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

jest.setTimeout(90_000);

describe('a cluster whose Postgres is down', () => {
  let redis: RedisServer;
  let link: Link;
  let node: Server;
  let worker: Server;

  beforeAll(async () => {
    const database = new URL(await createDatabase(environment().adminUrl));
    [redis, link] = await Promise.all([startRedis(), openLink(Number(database.port))]);
    database.port = String(link.port);
    const env = { REDIS_URL: redis.url, AUTH_SECRET: randomBytes(32).toString('base64url') };
    const start = (role: string) => startServer({ databaseUrl: database.href, env, args: ['--role', role], readyTimeoutMs: 60_000 });
    worker = await start('worker');
    await ageLog(redis.url);
    node = await start('api');
  });
  afterEach(() => link.mend());
  afterAll(async () => {
    await Promise.all([node.kill(), worker.kill()]);
    await Promise.all([redis.stop(), link.close()]);
  });

  it('keeps its API nodes ready and reports what is down, while its workers are not ready', async () => {
    expect(await readiness(node)).toEqual([200, 'up']);
    expect(await readiness(worker)).toEqual([200, 'up']);
    link.cut();
    await until('the node reports it', async () => (await readiness(node))[1] === 'down');
    expect(await readiness(node)).toEqual([200, 'down']);
    await until('the worker is not ready', async () => (await readiness(worker))[0] === 503);
    link.mend();
    await until('both are ready again', async () => (await readiness(node))[1] === 'up' && (await readiness(worker))[0] === 200);
  });

  it('acks and delivers messages, and persists them in order once Postgres is back', async () => {
    const people = await guests(2, node.url);
    const [sender, reader] = [itemAt(people, 0), itemAt(people, 1)];
    const { id } = await makeConversation(sender, [reader]);
    const [mouth, ear] = [await connect(sender), await connect(reader)];
    const send = (text: string) => mouth.ok('message.send', { conversationId: id, clientId: newId<ClientId>(), text });
    await send('before');
    link.cut();
    await until('the node reports it', async () => (await readiness(node))[1] === 'down');
    const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
    for (const text of texts) await send(text);
    const heard = await ear.events.waitForCount('message.created', texts.length + 1, undefined, 10_000);
    expect(heard.map(({ text }) => text)).toEqual(['before', ...texts]);
    link.mend();
    await until('reads are answered', async () => (await readiness(node))[1] === 'up');
    expect((await readAll(reader, id)).map(({ text }) => text)).toEqual(['before', ...texts]);
    await until('the backlog is empty', async () => (await backlogOf(node)) === 0, { timeoutMs: 20_000 });
    expect((await readAll(reader, id)).map(({ text }) => text)).toEqual(['before', ...texts]);
  });
});

/** Makes the log an hour old, because a younger log looks up client ids in storage that may be older than itself. */
async function ageLog(url: string): Promise<void> {
  const client = new Redis(url);
  const shards = await client.keys('*:meta');
  expect(shards.length).toBeGreaterThan(0);
  for (const shard of shards) await client.hset(shard, 'since', Date.now() - 3_600_000);
  client.disconnect();
}

/** The HTTP status and the reported state of Postgres. */
async function readiness({ url }: Server): Promise<[number, string | undefined]> {
  const answer = await fetch(`${url}/health/ready`);
  const body: { details?: { postgres?: { status: string } } } = JSON.parse(await answer.text());
  return [answer.status, body.details?.postgres?.status];
}

/** The number of log entries that are not in Postgres yet. */
async function backlogOf({ url }: Server): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^parley_backlog_entries (\d+)$/m.exec(text)?.[1] ?? NaN);
}
