import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConversationId } from '#contracts/primitives.js';
import { api } from '../../support/api.js';
import { createDatabase, queryRows } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { guest, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { makeConversation, say } from '../../support/scene.js';
import { openFolder, runParley, type ServerOptions, startServer } from '../../support/server.js';

jest.setTimeout(180_000);

/** What a client knows of its conversation. */
interface Known {
  readonly id: ConversationId;
  readonly epoch: string;
  readonly rev: number;
}

async function sync(reader: Person, known: Known) {
  const answer = (await api(reader).call('sync.post', { body: { conversations: [known] } })).ok(200);
  return itemAt(answer.conversations, 0);
}

/** One installation of Parley that is started and stopped, with one person and their conversation. */
class Installation {
  readonly folder = openFolder('parley-restore-');
  readonly dataDir = join(this.folder, 'data');
  private person: Person | undefined;
  private conversationId: ConversationId | undefined;

  constructor(private readonly options: ServerOptions = {}) {}

  get settings(): ServerOptions {
    return { ...this.options, dataDir: this.dataDir };
  }

  /** Starts Parley, sends a message, stops Parley; returns what a client knows then, or what `known` gets from a sync. */
  async run(known?: Known): Promise<{ known: Known; status: string; seq: number }> {
    const server = await startServer(this.settings);
    try {
      const reader = (this.person = this.person === undefined ? await guest('Reader', server.url) : { ...this.person, url: server.url });
      this.conversationId ??= (await makeConversation(reader)).id;
      const { seq } = await say(reader, this.conversationId, 'a message');
      const synced = await sync(reader, known ?? { id: this.conversationId, epoch: crypto.randomUUID(), rev: 0 });
      return { known: { id: synced.id, epoch: synced.epoch, rev: synced.rev }, status: synced.status, seq };
    } finally {
      await server.stop();
    }
  }

  copy(from: string, to: string): void {
    rmSync(join(this.folder, to), { recursive: true, force: true });
    execFileSync('cp', ['-a', join(this.folder, from), join(this.folder, to)]);
  }
}

test('clients keep their state over any number of restarts', async () => {
  const parley = new Installation();
  const first = await parley.run();
  const second = await parley.run(first.known);
  expect(second.status).toBe('complete');
  const third = await parley.run(second.known);
  expect(third).toMatchObject({ status: 'complete', known: { epoch: first.known.epoch } });
});

test('clients reload after the database of an embedded Parley was restored, although its numbers are assigned again', async () => {
  const parley = new Installation();
  await parley.run();
  parley.copy('data/postgres', 'backup');
  const lost = await parley.run();
  parley.copy('backup', 'data/postgres');
  const after = await parley.run(lost.known);
  expect(after.seq).toBe(lost.seq);
  expect(after.status).toBe('reset');
  expect(after.known.epoch).not.toBe(lost.known.epoch);
  expect((await parley.run(after.known)).status).toBe('complete');
});

test('clients reload after the whole data folder was restored', async () => {
  const parley = new Installation();
  await parley.run();
  parley.copy('data', 'backup');
  const lost = await parley.run();
  parley.copy('backup', 'data');
  const after = await parley.run(lost.known);
  expect(after).toMatchObject({ seq: lost.seq, status: 'reset' });
});

test('clients reload after a dump was restored into another database, even with a new data folder', async () => {
  const { adminUrl } = environment();
  const databaseUrl = await createDatabase(adminUrl);
  const name = new URL(databaseUrl).pathname.slice(1);
  const parley = new Installation({ databaseUrl });
  await parley.run();
  await queryRows(adminUrl, `CREATE DATABASE ${name}_backup TEMPLATE ${name}`);
  const lost = await parley.run();
  await queryRows(adminUrl, `DROP DATABASE ${name}`);
  await queryRows(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${name}_backup`);
  const secret = join(parley.dataDir, 'auth.secret');
  parley.copy('data/auth.secret', 'auth.secret');
  rmSync(parley.dataDir, { recursive: true });
  execFileSync('mkdir', [parley.dataDir]);
  execFileSync('cp', [join(parley.folder, 'auth.secret'), secret]);
  const after = await parley.run(lost.known);
  expect(after).toMatchObject({ seq: lost.seq, status: 'reset' });
});

test('parley epoch renew has all clients reload, and is refused while a single process runs', async () => {
  const parley = new Installation({ databaseUrl: await createDatabase(environment().adminUrl) });
  const before = await parley.run();
  const server = await startServer(parley.settings);
  const refused = await runParley(['epoch', 'renew'], parley.settings);
  await server.stop();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('Another Parley process uses this database');
  expect(await runParley(['epoch', 'renew'], parley.settings)).toMatchObject({ code: 0, output: expect.stringContaining('new epoch') });
  expect((await parley.run(before.known)).status).toBe('reset');
});
