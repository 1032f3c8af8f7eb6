import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { StartError } from '#platform/start-error.js';

const runSchema = z.array(z.object({ name: z.string(), pid: z.int(), program: z.string() }));

/** A process that uses the data folder. */
export type Running = z.output<typeof runSchema>[number];

/**
 * Throws a `StartError` if processes of an earlier run are still alive, as when its supervisor was killed. Two Redis on one
 * append-only file would destroy it.
 */
export function refuseSecondRun(file: string): void {
  if (!existsSync(file)) return;
  const left = runSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).filter(isAlive);
  if (left.length > 0)
    throw new StartError(
      `Processes of another run use this data: ${left.map(({ name }) => name).join(', ')}. Stop that run, or choose another --data-dir; ` +
        `if its supervisor was killed, end them with: kill ${left.map(({ pid }) => pid).join(' ')}`,
    );
}

/** Records the running processes for the next start. */
export function noteRun(file: string, running: readonly Running[]): void {
  writeFileSync(file, `${JSON.stringify(running, null, 2)}\n`);
}

/** Removes the record after all processes have ended. */
export function forgetRun(file: string): void {
  rmSync(file, { force: true });
}

/** Whether the process still runs. The program is compared too, because process ids are reused. */
function isAlive({ pid, program }: Running): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes(program);
}
