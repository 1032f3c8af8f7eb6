import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { killAtExit } from '../../support/kill-at-exit.js';
import { root } from '../../support/paths.js';
import { startServer } from '../../support/server.js';
import { within } from '../../support/until.js';

jest.setTimeout(90_000);

/** The shell blocks of the tour, in order, exactly as a reader copies them. */
function tour(): string {
  const [, section = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('## Five-minute tour');
  return [
    ...section
      .split('### Real chat', 1)
      .join('')
      .matchAll(/```sh\n([^]*?)```/g),
  ]
    .flatMap(([, block]) => block ?? [])
    .join('\n');
}

test('the tour of the README works verbatim on a fresh install', async () => {
  const server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl), readyTimeoutMs: 60_000 });
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', tour()], { cwd: root, env: { ...process.env, PARLEY: server.url } });
  killAtExit(shell);
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  await within(60_000, 'the tour ends', once(shell, 'close'));
  await server.stop();
  expect({ code: shell.exitCode, output }).toMatchObject({ code: 0, output: expect.stringContaining('safe as number 2') });
  expect(output).toContain('"text":"hello"');
});
