import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs the built command line to its end with exactly this environment; resolves with its exit code. `hear` gets each line of its output. */
export async function runOnce(
  args: readonly string[],
  { directory, environment }: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
  hear: (line: string) => void,
): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
  await once(child, 'close');
  return child.exitCode ?? 1;
}
