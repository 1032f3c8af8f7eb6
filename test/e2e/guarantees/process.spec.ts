import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { api } from '../../support/api.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest } from '../../support/people.js';
import { root } from '../../support/paths.js';
import { makeConversation, readAll, say } from '../../support/scene.js';
import { openFolder, operator, runParley, startServer } from '../../support/server.js';
import { connect, isAck } from '../../support/sockets.js';
import { until, within } from '../../support/until.js';

jest.setTimeout(90_000);

const freshDatabase = () => createDatabase(environment().adminUrl);

test('with only a data folder, Parley starts, exits with 0, finds its data again and refuses a second process', async () => {
  const dataDir = join(openFolder('parley-process-'), 'data');
  const first = await startServer({ dataDir });
  const person = await guest('Kept', first.url);
  const conversation = await makeConversation(person);
  const message = await say(person, conversation.id, 'kept over a restart');

  const second = await runParley(['--port', '0'], { dataDir });
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(/REDIS_URL|--data-dir/);
  (await api(person).call('user.me')).ok(200);

  expect(await within(10_000, 'a graceful stop', first.stop())).toEqual({ code: 0, signal: null });
  const again = await startServer({ dataDir });
  // The token is still valid, because the signing key is kept too.
  expect(await readAll({ ...person, url: again.url }, conversation.id)).toEqual([message]);
  expect(secretsReadableByOthers(dataDir)).toEqual([]);
  expect(await again.stop()).toEqual({ code: 0, signal: null });
});

test('a second process on the same database is refused with the setting to change', async () => {
  const databaseUrl = await freshDatabase();
  const first = await startServer({ databaseUrl });
  const second = await runParley(['--port', '0'], { databaseUrl });
  expect(second.code).not.toBe(0);
  expect(second.output).toContain('REDIS_URL');
  expect((await first.stop()).code).toBe(0);
  const third = await startServer({ databaseUrl });
  expect((await third.stop()).code).toBe(0);
});

test('SIGTERM under load notifies all sockets, exits with 0 and loses no acked message', async () => {
  const databaseUrl = await freshDatabase();
  const dataDir = join(openFolder('parley-process-'), 'data');
  const server = await startServer({ databaseUrl, dataDir });
  const person = await guest(undefined, server.url);
  const conversation = await makeConversation(person);
  const socket = await connect(person);
  const acknowledged: string[] = [];
  let isOpen = true;
  void socket.closed.then(() => (isOpen = false));
  const talking = (async () => {
    for (let index = 0; isOpen; index += 1) {
      const clientId = crypto.randomUUID();
      const message = { conversationId: conversation.id, clientId, text: `line ${index}` };
      const sending: Promise<unknown> = socket.socket.timeout(2000).emitWithAck('message.send', message);
      const ack = await sending.catch(() => undefined);
      if (isAck(ack) && ack.ok) acknowledged.push(clientId);
    }
  })();
  await socket.events.waitForCount('message.created', 50);
  expect(await within(10_000, 'a graceful stop', server.stop())).toEqual({ code: 0, signal: null });
  await talking;
  expect(socket.of('session.closing')).toMatchObject([{ code: 'draining', retryAfterMs: expect.any(Number) }]);
  const again = await startServer({ databaseUrl, dataDir });
  const kept = (await readAll({ ...person, url: again.url }, conversation.id)).map((message) => message.clientId);
  expect(kept).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(kept).size).toBe(kept.length);
  await again.stop();
});

describe('the event loop', () => {
  /** A server in which a signal starts an endless loop. */
  const stuckAfterMs = 4000;
  const env = {
    STUCK_AFTER_MS: String(stuckAfterMs),
    NODE_OPTIONS: "--import=data:text/javascript,process.on('SIGUSR2',()=>{for(;;);})",
  };

  test('that is stuck ends the process with a log line', async () => {
    const server = await startServer({ databaseUrl: await freshDatabase(), env });
    process.kill(server.pid, 'SIGUSR2');
    expect(await within(30_000, 'the process exits', server.exited)).toEqual({ code: null, signal: 'SIGKILL' });
    await until('the last line', () => server.logs.some((line) => line.includes('the event loop is stuck, exiting')));
  });

  test('is not considered stuck after the process was suspended', async () => {
    const server = await startServer({ databaseUrl: await freshDatabase(), env });
    const stoppedAt = performance.now();
    process.kill(server.pid, 'SIGSTOP');
    await until('the limit has passed', () => performance.now() > stoppedAt + 2 * stuckAfterMs, { timeoutMs: 30_000 });
    process.kill(server.pid, 'SIGCONT');
    expect((await guest(undefined, server.url)).url).toBe(server.url);
    expect(await within(10_000, 'a graceful stop', server.stop())).toEqual({ code: 0, signal: null });
  });
});

test.each([
  ['an unknown option', ['--prot', '3000'], '--prot'],
  ['a bad port', ['--port', 'abc'], '--port'],
  ['a bad role', ['--role', 'king'], '--role'],
  ['an unknown command', ['explode'], 'the commands are'],
])('%s is reported and exits with 2', async (_, args, named) => {
  const run = await runParley(args);
  expect(run.code).toBe(2);
  expect(run.output).toContain(named);
});

test('--help and --version print and exit with 0', async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = await runParley(['--version']);
  expect(version.code).toBe(0);
  expect(manifest).toMatchObject({ version: version.output.trim() });
  const help = await runParley(['--help']);
  expect(help.code).toBe(0);
  for (const option of [
    '--host',
    '--port',
    '--data-dir',
    '--database-url',
    '--redis-url',
    '--role',
    '--processes',
    '--log-level',
    '--env-file',
  ]) {
    expect(help.output).toContain(option);
  }
});

test.each([
  ['a missing', undefined],
  ['an empty', ''],
  ['a short', 'short'],
  ['an example', 'change-me-change-me-change-me-change-me'],
  ['a trivial', 'a'.repeat(64)],
])('production refuses %s secret and names the setting', async (_, secret) => {
  const env = { NODE_ENV: 'production', ...(secret === undefined ? {} : { AUTH_SECRET: secret }) };
  const run = await runParley(['--port', '0'], { env, databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
  expect(run.code).not.toBe(0);
  expect(run.output).toContain('AUTH_SECRET');
  if (secret !== undefined && secret.length > 8) expect(run.output).not.toContain(secret);
});

test('production starts with a good secret, serves no docs and never logs a secret', async () => {
  const secret = randomBytes(32).toString('hex');
  const server = await startServer({ databaseUrl: await freshDatabase(), env: { NODE_ENV: 'production', AUTH_SECRET: secret } });
  const person = await guest(undefined, server.url);
  await say(person, (await makeConversation(person)).id, 'words that no log shows');
  expect((await fetch(`${server.url}/docs`)).status).toBe(404);
  expect((await server.stop()).code).toBe(0);
  const logs = server.logs.join('\n');
  for (const hidden of [secret, person.accessToken, person.refreshToken, operator.password, 'words that no log shows'])
    expect(logs).not.toContain(hidden);
  for (const line of server.logs) expect(() => JSON.parse(line)).not.toThrow();
});

test('parley migrate updates a database once, and parley unread verify finds nothing to correct', async () => {
  const databaseUrl = await freshDatabase();
  expect((await runParley(['migrate'], { databaseUrl })).code).toBe(0);
  expect((await runParley(['unread', 'verify'], { databaseUrl })).code).toBe(0);
});

/** Files of the data folder, except the database's own, that contain a secret and that other users may read. */
function secretsReadableByOthers(dataDir: string): string[] {
  const files = readdirSync(dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  return files
    .map((entry) => entry.name)
    .filter((name) => /secret|key|password/.test(name) && (statSync(join(dataDir, name)).mode & 0o077) !== 0);
}
