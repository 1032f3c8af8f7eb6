import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { FolderMark } from '../../src/modules/log/embedded/folder-mark.js';
import { type LogTable, openLogTable } from '../../src/modules/log/embedded/log-table.js';
import { settleEpoch } from '../../src/modules/log/embedded/settle-epoch.js';
import { createDatabase, queryRows } from '../support/database.js';
import { environment } from '../support/environment.js';
import { openFolder } from '../support/server.js';

beforeAll(() => Logger.overrideLogger(false));

describe('the epoch at the start of a single process', () => {
  let url: string;
  let folder: string;
  let table: LogTable;

  beforeEach(async () => {
    url = await createDatabase(environment().adminUrl);
    folder = openFolder('parley-mark-');
    table = openLogTable(url);
  });
  afterEach(() => table.close());

  const file = () => join(folder, 'log.mark');

  /** One life of a process that commits one group. Returns its epoch. */
  async function live(isDatabaseOwn = false): Promise<string> {
    const mark = new FolderMark(folder, isDatabaseOwn);
    await settleEpoch(table, mark);
    await queryRows(url, 'UPDATE log_position SET position = position + 1');
    const { position } = await table.readTrace();
    mark.follow(() => position);
    mark.close();
    return (await table.epochs.readEpoch()).epoch;
  }

  it('stays the same over restarts', async () => {
    const first = await live();
    expect([await live(), await live()]).toEqual([first, first]);
  });

  it('changes once when the database has lost a commit', async () => {
    const first = await live();
    await queryRows(url, 'UPDATE log_position SET position = position - 1');
    const second = await live();
    expect(second).not.toBe(first);
    expect(await live()).toBe(second);
  });

  it('changes when the database is from before the last start', async () => {
    const first = await live();
    const [before] = await queryRows(url, "SELECT value FROM parley_meta WHERE key = 'log.mark'");
    expect(await live()).toBe(first);
    await queryRows(url, "UPDATE parley_meta SET value = $1 WHERE key = 'log.mark'", [before?.['value']]);
    expect(await live()).not.toBe(first);
  });

  it('stays the same when the process died between its two marks', async () => {
    const first = await live();
    const next = crypto.randomUUID();
    const content: unknown = JSON.parse(readFileSync(file(), 'utf8'));
    writeFileSync(file(), JSON.stringify(Object.assign(Object(content), { next })));
    expect(await live()).toBe(first);
    const { mark } = await table.readTrace();
    const again: unknown = JSON.parse(readFileSync(file(), 'utf8'));
    writeFileSync(file(), JSON.stringify(Object.assign(Object(again), { mark: crypto.randomUUID(), next: mark })));
    expect(await live()).toBe(first);
  });

  it('changes when the file is missing beside a database of its own, but not for a database elsewhere', async () => {
    const first = await live(true);
    rmSync(file());
    const second = await live(true);
    expect(second).not.toBe(first);
    rmSync(file());
    expect(await live(false)).toBe(second);
  });

  it('changes when the database is not the one in which the epoch was written', async () => {
    const first = await live();
    await queryRows(url, "UPDATE parley_meta SET value = '1.2.00000001' WHERE key = 'epoch.home'");
    const second = await live();
    expect(second).not.toBe(first);
    expect(await live()).toBe(second);
  });
});
