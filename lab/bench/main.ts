import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '../support/error-message.js';
import { runBench } from './bench.js';
import { readCommandLine } from './command-line.js';
import { loadScenarios } from './scenario-files.js';
import { signalGroups } from './servers/supervised-group.js';

/** The first signal stops the servers in order; the second ends this process at once. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => (interruption.signal.aborted ? process.exit(1) : interruption.abort()));
process.once('exit', () => signalGroups('SIGTERM'));
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const flags = readCommandLine(process.argv, await loadScenarios());
    const profileFolder = flags.profile ? await mkdtemp(join(tmpdir(), 'parley-profile-')) : null;
    return await runBench(flags, profileFolder, interruption.signal);
  } catch (error) {
    process.stderr.write(`bench: ${errorMessage(error)}\n`);
    return 1;
  }
}
