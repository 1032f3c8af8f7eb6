import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replay } from '../../../lab/replay/replay.js';
import { root } from '../../support/paths.js';
import { freePort } from '../../support/postgres.js';
import { openFolder, type Server, startServer } from '../../support/server.js';
import { until } from '../../support/until.js';

const kills = 20;
const linesMax = 640;
const realChat = join(root, '../shared/data/irc/2005-06-27_12.raw.txt');
const sample = join(root, 'lab/replay/sample.raw.txt');

jest.setTimeout(330_000);

const dataDir = join(openFolder('parley-no-loss-'), 'data');
let server: Server | undefined;

afterAll(async () => {
  await server?.stop();
  await endPostgres();
  rmSync(dataDir, { recursive: true, force: true });
});

test(`killing the server ${kills} times during a replay of real chat loses and duplicates no message and keeps one order without gaps`, async () => {
  const port = await freePort();
  server = await startServer({ port, dataDir });
  let [done, total] = [0, 0];
  const replaying = replay({
    file: existsSync(realChat) ? realChat : sample,
    url: `http://127.0.0.1:${port}`,
    linesMax,
    pipeline: 8,
    repeatEvery: 7,
    retryForMs: 240_000,
    onStep: (now, all) => {
      [done, total] = [now, all];
    },
  });
  let isOver = false;
  replaying.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for (let kill = 1; kill <= kills; kill += 1) {
    // Spread evenly over the replay: never before its start, never after its end.
    const isDue = () => done > 0 && done >= (total * kill) / (kills + 2);
    await until(`the moment of kill ${kill}`, () => isDue() || isOver, { timeoutMs: 60_000, intervalMs: 1 });
    // A replay that ends before the last kill has failed; its own error or differences tell why.
    if (isOver) expect({ kill, differences: (await replaying).differences }).toEqual({ kill: kills, differences: [] });
    await server.kill();
    expect(done).toBeLessThan(total);
    // Every second time, the database is killed too.
    if (kill % 2 === 0) await killPostgres();
    server = await startServer({ port, dataDir });
  }
  const report = await replaying;
  expect(report.differences).toEqual([]);
  expect(report).toMatchObject({ isVerified: true, acknowledged: report.sent, readBack: report.sent });
  expect(report.backlog.entries).toBe(0);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

/** The process id of the embedded Postgres, from its own file. */
function postmaster(): number | undefined {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

async function killPostgres(): Promise<void> {
  const pid = postmaster();
  if (pid === undefined) throw new Error('the embedded Postgres has no postmaster.pid');
  process.kill(pid, 'SIGKILL');
  await until('Postgres is gone', () => !isAlive(pid), { timeoutMs: 10_000 });
}

/** Stops a Postgres that a failed test left behind. */
async function endPostgres(): Promise<void> {
  const pid = postmaster();
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  await until('Postgres has stopped', () => !isAlive(pid), { timeoutMs: 10_000 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
