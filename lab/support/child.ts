import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemEnvironment } from '../../src/platform/config/system-environment.js';
import { errorMessage } from './error-message.js';
import { descendantsOf } from './process-stats.js';
import { within } from './wait.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to what the system needs. Nothing else of this process's environment reaches the child. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** All output is appended to this file. */
  readonly logFile?: string;
}

const running = new Set<Child>();
const linesMax = 200;
const errorLines = 15;

process.once('exit', () => {
  for (const child of running) child.killTree();
});

/** A child process. It never outlives this process, and signals reach only the child and its descendants. */
export class Child {
  readonly exited: Promise<Exit>;
  /** The latest lines of its output. */
  readonly lines: string[] = [];
  /** The number of lines it has written so far. */
  linesWritten = 0;
  private readonly process: ChildProcess;
  private readonly log: WriteStream | undefined;
  private readonly listeners = new Set<(line: string) => void>();

  constructor({ command, args, env, cwd, uid, gid, logFile }: ChildOptions) {
    // The log file may be on a disk that a fault scenario fills up.
    this.log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' }).on('error', () => undefined);
    const environment = { ...systemEnvironment(), ...env };
    this.process = spawn(command, [...args], { cwd, env: environment, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    for (const stream of [this.process.stdout, this.process.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.takeLine(line));
    this.process.on('error', (error) => this.takeLine(error.message));
    this.exited = new Promise((resolve) => {
      this.process.once('close', (code, signal) => {
        running.delete(this);
        this.log?.end();
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    if (this.isRunning) this.process.kill(name);
  }

  /** Sends SIGTERM, and SIGKILL if the child does not end within `graceMs`. */
  async stop(graceMs: number): Promise<Exit> {
    this.signal('SIGTERM');
    try {
      return await within(graceMs, `process ${this.pid} stops`, this.exited);
    } catch {
      await this.kill();
      return this.exited;
    }
  }

  /** Sends SIGKILL and waits for the end of the child. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await within(10_000, `process ${this.pid} ends after SIGKILL`, this.exited);
  }

  /** Sends SIGKILL to the child and its descendants. The child is stopped first so that it starts no more processes. */
  killTree(): void {
    this.signal('SIGSTOP');
    const children = this.descendants();
    this.signal('SIGKILL');
    for (const pid of children) sendSignal(pid, 'SIGKILL');
  }

  /** Sends a signal to the child and its descendants. */
  signalTree(name: NodeJS.Signals): void {
    const children = this.descendants();
    this.signal(name);
    for (const pid of children) sendSignal(pid, name);
  }

  /** Waits for the next line that `fits`. Throws with the last lines if the child ends first or `timeoutMs` pass. */
  async waitForLine(what: string, fits: (line: string) => boolean, timeoutMs: number): Promise<string> {
    let stop = (): void => undefined;
    const found = new Promise<string>((resolve, reject) => {
      stop = this.onLine((line) => (fits(line) ? resolve(line) : undefined));
      void this.exited.then(() => reject(new Error(`the process ended: ${what}`)));
    });
    try {
      return await within(timeoutMs, what, found);
    } catch (error) {
      throw new Error(`${errorMessage(error)}\n${this.lines.slice(-errorLines).join('\n')}`, { cause: error });
    } finally {
      stop();
    }
  }

  /** Calls the listener with each new line. Returns a function that removes it. */
  onLine(listener: (line: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private takeLine(line: string): void {
    this.linesWritten += 1;
    this.lines.push(line);
    if (this.lines.length > linesMax) this.lines.splice(0, linesMax / 2);
    if (this.log?.writableEnded === false) this.log.write(`${line}\n`);
    for (const listener of this.listeners) listener(line);
  }

  private descendants(): number[] {
    return this.isRunning ? descendantsOf(this.pid) : [];
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}
