import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { until, within } from '../wait.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Everything it writes is appended here. */
  readonly logFile: string;
}

const running = new Set<Child>();
const linesMax = 200;

process.once('exit', () => {
  for (const child of running) child.killTree();
});
for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    process.stderr.write(`ended by ${signal}\n`);
    process.exit(code);
  });
}

/** A process of the harness's own. It never outlives the harness, and only it and what it started are ever signalled. */
export class Child {
  readonly exited: Promise<Exit>;
  /** The newest lines of its output. */
  readonly lines: string[] = [];
  /** Lines it has written in all. */
  linesWritten = 0;
  private readonly process: ChildProcess;
  private readonly log: WriteStream;
  private readonly listeners = new Set<(line: string) => void>();

  constructor(options: ChildOptions) {
    const { command, args, cwd, uid, gid } = options;
    const env = { ...systemEnvironment(), ...options.env };
    // Its log may lie on a disk that a row fills up.
    this.log = createWriteStream(options.logFile, { flags: 'a' }).on('error', () => undefined);
    this.process = spawn(command, [...args], { cwd, env, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    for (const stream of [this.process.stdout, this.process.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.note(line));
    this.process.on('error', (error) => this.note(error.message));
    this.exited = once(this.process, 'close').then((): Exit => {
      running.delete(this);
      this.log.end();
      return { code: this.process.exitCode, signal: this.process.signalCode };
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

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await within(10_000, 'a killed process is gone', this.exited);
  }

  /** SIGKILL of it and all it started: it is stopped first, so that it starts nothing more. */
  killTree(): void {
    this.signal('SIGSTOP');
    const children = this.descendants();
    this.signal('SIGKILL');
    for (const pid of children) send(pid, 'SIGKILL');
  }

  /** Sends a signal to it and all it started. */
  signalTree(name: NodeJS.Signals): void {
    const children = this.descendants();
    this.signal(name);
    for (const pid of children) send(pid, name);
  }

  /** The line that `fits` first; throws when the process ends before it, with its last lines. */
  async line(what: string, fits: (line: string) => boolean, timeoutMs: number): Promise<string> {
    let found: string | undefined;
    const look = (line: string) => {
      if (fits(line)) found ??= line;
    };
    const stop = this.listen(look);
    try {
      await until(what, () => found !== undefined || !this.isRunning, timeoutMs, 10).catch((error: unknown) => this.explain(error));
    } finally {
      stop();
    }
    return found ?? this.explain(new Error(`it ended: ${what}`));
  }

  /** Calls the listener with each line from now on, until what is answered is called. */
  listen(listener: (line: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private explain(error: unknown): never {
    throw new Error(`${String(error)}\n${this.lines.slice(-15).join('\n')}`);
  }

  private note(line: string): void {
    this.linesWritten += 1;
    this.lines.push(line);
    if (this.lines.length > linesMax) this.lines.splice(0, linesMax / 2);
    if (!this.log.writableEnded) this.log.write(`${line}\n`);
    for (const listener of this.listeners) listener(line);
  }

  private descendants(): number[] {
    return this.isRunning ? childrenOf(this.pid) : [];
  }
}

/** Children of a process and their children, from /proc. */
function childrenOf(pid: number): number[] {
  const direct = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was gone already.
  }
}

function systemEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** Bytes of memory a process really holds; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
