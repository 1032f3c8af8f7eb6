import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors/error-facts.js';
import { runProgram } from './run-program.js';

/** The facts that a running Postgres writes to `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

/** Reads `postmaster.pid` of this data folder; undefined if it is missing or incomplete. The process that it names need not exist. */
export function readPostmaster(dataFolder: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port, isReady: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * Identifies the process that `postmaster.pid` names: Postgres on this folder, no process any more, or another program that has got the
 * number since.
 */
export async function identifyProcess({ pid }: Postmaster, dataFolder: string): Promise<'postgres' | 'gone' | 'other'> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'gone';
  }
  return (await isOnFolder(pid, dataFolder)) ? 'postgres' : 'other';
}

async function isOnFolder(pid: number, dataFolder: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') return (await runProgram('ps', ['-o', 'command=', '-p', String(pid)])).output.includes('postgres');
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch {
    return false;
  }
}
