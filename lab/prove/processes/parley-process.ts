import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, within } from '../../support/wait.js';
import { Child, type Exit } from '../../support/child.js';
import { residentBytes } from '../../support/process-stats.js';

export interface ParleyOptions {
  readonly name: string;
  readonly role: 'all' | 'api' | 'worker';
  readonly port: number;
  readonly folder: string;
  readonly entryFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments for Node, before the entry file. */
  readonly nodeArgs?: readonly string[];
}

/** Settings and Node arguments for one start, in addition to those of the process. */
export interface StartChanges {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

const readyTimeoutMs = 60_000;
const restartDelayMs = 500;

/** One Parley process that can be restarted on the same port. */
export class ParleyProcess {
  /** Milliseconds from the last start until the process was ready. */
  startedInMs = 0;
  /** How often the process ended without a request, so that its supervisor restarted it. */
  crashes = 0;
  private child: Child | undefined;
  private isSupervised = false;
  private diesAtPoint = false;
  private isEnded = false;

  constructor(readonly options: ParleyOptions) {}

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child?.isRunning === true;
  }

  /** The number of log lines of the running process. */
  get linesWritten(): number {
    return this.child?.linesWritten ?? 0;
  }

  get residentBytes(): number {
    return this.isRunning ? residentBytes(this.pid) : 0;
  }

  /** Resolves with the exit of the running process. */
  get exited(): Promise<Exit> {
    return this.child?.exited ?? Promise.resolve({ code: null, signal: null });
  }

  /** Starts the process and waits until it reports that it is ready. */
  async start(changes: StartChanges = {}): Promise<void> {
    const startedAt = performance.now();
    const child = this.launch(changes);
    await child.waitForLine(`${this.name} is ready`, isReady, readyTimeoutMs);
    this.startedInMs = performance.now() - startedAt;
    this.isSupervised = true;
    void child.exited.then(() => this.ended(child));
  }

  /** Starts the process as a supervisor does: after an exit before it is ready, it is started again half a second later. */
  async startSupervised(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      try {
        return await this.start();
      } catch (error) {
        if (this.isEnded || performance.now() > deadline) throw error;
        await sleep(restartDelayMs);
      }
    }
  }

  /** Starts the process without waiting, for processes that must die before they are ready. */
  launch({ env = {}, nodeArgs = [] }: StartChanges = {}): Child {
    const { options } = this;
    const home = join(options.folder, options.name);
    this.diesAtPoint = env['FAULT_POINT'] !== undefined;
    mkdirSync(home, { recursive: true });
    this.child = new Child({
      command: process.execPath,
      args: [...(options.nodeArgs ?? []), ...nodeArgs, options.entryFile, '--port', String(options.port), '--role', options.role],
      cwd: home,
      env: { ...options.env, DATA_DIR: join(home, 'data'), ...env },
      logFile: join(options.folder, `${options.name}.log`),
    });
    return this.child;
  }

  async kill(): Promise<void> {
    this.isSupervised = false;
    await this.child?.kill();
  }

  /** Sends SIGKILL and never restarts the process. */
  async end(): Promise<void> {
    this.isEnded = true;
    await this.kill();
  }

  signal(name: NodeJS.Signals): void {
    this.child?.signal(name);
  }

  freeze(): void {
    this.child?.signal('SIGSTOP');
  }

  thaw(): void {
    this.child?.signal('SIGCONT');
  }

  /** Sends SIGTERM; returns how the process exited and after how many milliseconds. */
  async stop(timeoutMs = 20_000): Promise<Exit & { tookMs: number }> {
    const { child } = this;
    if (child === undefined || !child.isRunning) return { code: null, signal: null, tookMs: 0 };
    const startedAt = performance.now();
    this.isSupervised = false;
    child.signal('SIGTERM');
    try {
      const exit = await within(timeoutMs, `${this.name} stops`, child.exited);
      return { ...exit, tookMs: performance.now() - startedAt };
    } catch {
      await child.kill();
      return { code: null, signal: 'SIGKILL', tookMs: performance.now() - startedAt };
    }
  }

  /** Restarts a process that ended without a request, as a supervisor does. */
  private ended(child: Child): void {
    if (!this.isSupervised || child !== this.child || this.diesAtPoint) return;
    this.crashes += 1;
    void sleep(restartDelayMs)
      .then(() => (this.isSupervised && child === this.child ? this.startSupervised(readyTimeoutMs) : undefined))
      .catch(() => undefined);
  }
}

function isReady(line: string): boolean {
  return line.startsWith('{') && /"msg":"ready"/.test(line);
}
