import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guests } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { type ConnectOptions, connect, type TestSocket } from '../../support/sockets.js';
import { until, within } from '../../support/until.js';

const processes = 3;

jest.setTimeout(90_000);

describe('several processes on one port', () => {
  let redis: RedisServer;
  let server: Server;

  beforeAll(async () => {
    redis = await startRedis();
    server = await startServer({
      databaseUrl: await createDatabase(environment().adminUrl),
      args: ['--processes', String(processes)],
      env: { REDIS_URL: redis.url, AUTH_SECRET: randomBytes(32).toString('base64url') },
      readyTimeoutMs: 60_000,
    });
  });
  afterAll(async () => {
    await server.kill();
    await redis.stop();
  });

  it('serve one conversation to clients of every transport, whichever process handles their requests', async () => {
    const people = await guests(9, server.url);
    const conversation = await makeConversation(itemAt(people, 0), people.slice(1));
    const kinds: ConnectOptions[] = [{ transports: ['polling'] }, { transports: ['polling', 'websocket'] }, { transports: ['websocket'] }];
    const sockets = await Promise.all(people.map((person, index) => connect(person, kinds[index % kinds.length])));
    const texts = await Promise.all(sockets.flatMap((socket) => [sayTo(socket, conversation.id), sayTo(socket, conversation.id)]));
    for (const socket of sockets) {
      await until('every message has arrived', () => socket.of('message.created').length === texts.length);
      const seqs = socket.of('message.created').map((message) => message.seq);
      expect(seqs).toEqual(texts.map((_, index) => index + 1));
    }
    await until('the clients that can upgrade have upgraded', () =>
      sockets.every((socket, index) => transportOf(socket) === lastOf(kinds[index % 3])),
    );
    await Promise.all(sockets.map((socket) => socket.barrier()));
  });

  it('hand over every request of a polling client to the process that holds its session', async () => {
    const people = await guests(3, server.url);
    const sockets = await Promise.all(people.map((person) => connect(person, { transports: ['polling'] })));
    const requests = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(
      sockets.map(async (socket) => {
        for (const nonce of requests) await socket.ok('session.ping', { nonce });
      }),
    );
    expect(sockets.map(({ socket }) => socket.connected)).toEqual([true, true, true]);
  });

  it('report the metrics of all processes together', async () => {
    const people = await guests(processes * 2, server.url);
    const before = await metric('parley_sockets');
    await Promise.all(people.map((person) => connect(person)));
    for (let question = 0; question < processes; question += 1) expect(await metric('parley_sockets')).toBe(before + people.length);
    const delivered = await metric('parley_events_delivered_total');
    const conversation = await makeConversation(itemAt(people, 0), people.slice(1));
    await sayTo(await connect(itemAt(people, 0)), conversation.id);
    await until('all processes have delivered it', async () => (await metric('parley_events_delivered_total')) >= delivered + 1);
  });

  it('replace a process that dies: its clients reconnect, and acked messages are still there', async () => {
    const person = itemAt(await guests(1, server.url), 0);
    const conversation = await makeConversation(person);
    const before = childrenOf(server.pid);
    expect(before).toHaveLength(processes);
    const socket = await connect(person);
    await sayTo(socket, conversation.id);
    process.kill(before[0] ?? 0, 'SIGKILL');
    await until('another process has replaced it', () => childrenOf(server.pid).filter((pid) => !before.includes(pid)).length === 1, {
      timeoutMs: 30_000,
    });
    await until('it accepts connections', async () => (await metric('parley_sockets').catch(() => -1)) >= 0);
    expect(await readAll(person, conversation.id)).toHaveLength(1);
  });

  it('drain and exit together', async () => {
    expect(await within(15_000, 'a graceful stop', server.stop())).toEqual({ code: 0, signal: null });
  });

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const found = new RegExp(`^${name} ([0-9.e+-]+)$`, 'm').exec(text);
    if (found === null) throw new Error(`no metric ${name}`);
    return Number(found[1]);
  }
});

async function sayTo(socket: TestSocket, conversationId: string): Promise<string> {
  const { text } = await socket.ok('message.send', { conversationId, clientId: randomUUID(), text: randomUUID() });
  return text ?? '';
}

function transportOf({ socket }: TestSocket): string {
  return socket.io.engine.transport.name;
}

function lastOf(options: ConnectOptions | undefined): string {
  return options?.transports?.at(-1) ?? '';
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
