import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createDatabase, queryRows } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guests, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { openFolder, type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until } from '../../support/until.js';

const count = 1000;
const texts = Array.from({ length: count }, (_, index) => `message ${index + 1}`);

jest.setTimeout(90_000);

let server: Server | undefined;

afterAll(async () => {
  await server?.stop();
});

test('without a worker, 1,000 messages are acked, delivered live and readable; once a worker runs, all of them are persisted in order', async () => {
  const databaseUrl = await createDatabase(environment().adminUrl);
  const dataDir = join(openFolder('parley-worker-'), 'data');
  server = await startServer({ databaseUrl, dataDir, args: ['--role', 'api'] });
  const people = await guests(2, server.url);
  const [sender, reader] = [itemAt(people, 0), itemAt(people, 1)];
  const { id } = await makeConversation(sender, [reader]);
  await sendAll(sender, reader, id);
  expect(await readTexts(reader, id)).toEqual(texts);
  expect(await persisted(databaseUrl, id)).toEqual([]);

  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(await persisted(databaseUrl, id)).toEqual([]);
  server = await startServer({ databaseUrl, dataDir, args: ['--role', 'all'] });
  await until('everything is persisted', async () => (await persisted(databaseUrl, id)).length === count, {
    timeoutMs: 20_000,
    intervalMs: 100,
  });
  expect(await persisted(databaseUrl, id)).toEqual(texts);
  expect(await readTexts({ ...reader, url: server.url }, id)).toEqual(texts);
});

/** Sends all messages over a socket, twenty at a time, and waits for every ack and every live delivery. */
async function sendAll(sender: Person, reader: Person, conversationId: string): Promise<void> {
  const [senderSocket, readerSocket] = [await connect(sender), await connect(reader)];
  for (let start = 0; start < count; start += 20) {
    const group = texts.slice(start, start + 20);
    await Promise.all(group.map((text) => senderSocket.ok('message.send', { conversationId, clientId: randomUUID(), text })));
  }
  const delivered = await readerSocket.events.waitForCount('message.created', count, undefined, 10_000);
  expect(delivered.map((message) => [message.seq, message.text])).toEqual(texts.map((text, index) => [index + 1, text]));
}

async function readTexts(reader: Person, conversationId: string): Promise<Array<string | null>> {
  return (await readAll(reader, conversationId)).map((message) => message.text);
}

/** The persisted texts, in the order of `seq`. */
async function persisted(databaseUrl: string, conversationId: string): Promise<unknown[]> {
  const rows = await queryRows(databaseUrl, 'SELECT text FROM messages WHERE conversation_id = $1 ORDER BY seq', [conversationId]);
  return rows.map((row) => row.text);
}
