import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { readPostmaster } from './postmaster-pid.js';
import { closedFolder } from './system-user.js';
import { SingleProcessLock } from '../single-process-lock.js';

describe('the embedded Postgres', () => {
  const root = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  const dataDir = join(root, 'a b $c');
  const data = join(dataDir, 'postgres', 'data');
  let postgres: EmbeddedPostgres;

  const pid = (): number => readPostmaster(data)?.pid ?? 0;

  beforeAll(async () => {
    chmodSync(root, 0o711);
    postgres = await EmbeddedPostgres.start(dataDir);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('keeps its password readable by its owner only', () => {
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    expect(postgres.url).toContain(readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim());
  });

  it('has segments of one megabyte in its write-ahead log, because all commits wait while a new segment is filled', () => {
    const log = join(data, 'pg_wal');
    const sizes = readdirSync(log, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(sizes.length).toBeGreaterThan(0);
    expect(new Set(sizes.map(({ name }) => statSync(join(log, name)).size))).toEqual(new Set([1 << 20]));
  });

  it('is reused by the next process', async () => {
    const before = pid();
    const again = await EmbeddedPostgres.start(dataDir);
    expect(again.url).toBe(postgres.url);
    expect(pid()).toBe(before);
  });

  it('comes back at the same address after a kill -9, and so does the lock', async () => {
    const address = postgres.url;
    const seen: string[] = [];
    const regained = new Promise<void>((resolve, reject) => {
      void SingleProcessLock.acquire(address, {
        onLost: () => {
          seen.push('lost');
          return postgres.ensureRunning();
        },
        onRegained: resolve,
        onTaken: () => reject(new Error('taken')),
      }).then((lock) => {
        locks.push(lock);
        process.kill(pid(), 'SIGKILL');
      }, reject);
    });
    const locks: SingleProcessLock[] = [];
    await regained;
    expect(seen).not.toEqual([]);
    expect(postgres.url).toBe(address);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it('refuses a second holder of the lock, and gives it to the next when the first lets go', async () => {
    const events = { onLost: () => undefined, onRegained: () => undefined, onTaken: () => undefined };
    const first = await SingleProcessLock.acquire(postgres.url, events);
    await expect(SingleProcessLock.acquire(postgres.url, events)).rejects.toThrow('Another Parley process');
    await first.release();
    const second = await SingleProcessLock.acquire(postgres.url, events);
    await second.release();
  });

  it('starts despite a pid file whose number belongs to another program now', async () => {
    await postgres.stop();
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`);
    postgres = await EmbeddedPostgres.start(dataDir);
    expect(pid()).not.toBe(process.pid);
  });

  it('names the folder a user may not enter', () => {
    const closed = mkdtempSync(join(root, 'closed-'));
    expect(closedFolder(join(closed, 'data'), { uid: 54_321, gid: 54_321 })).toBe(closed);
  });
});
