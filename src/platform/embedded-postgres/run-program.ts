import { spawn } from 'node:child_process';
import { systemEnvironment } from '../config/system-environment.js';

/** A user of the operating system, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  readonly exitCode: number;
  /** Standard output and standard error together. */
  readonly output: string;
}

export interface RunOptions {
  readonly as?: SystemUser;
  readonly directory?: string;
}

/** How long to wait for a program's output after its exit, if a process that it started still holds the pipe. */
const outputGraceMs = 500;

/**
 * Runs a program to its exit, without a shell. Processes that it leaves running go on: they may hold its output open without delaying
 * the result. Rejects when the program cannot be started.
 */
export function runProgram(path: string, args: readonly string[], { as, directory }: RunOptions = {}): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      cwd: directory,
      env: systemEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
      ...as,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    const settle = () => resolve({ exitCode: child.exitCode ?? 1, output: output.trim() });
    child.on('close', settle);
    child.on('exit', () => setTimeout(settle, outputGraceMs).unref());
  });
}
