import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemUser } from '#platform/embedded-postgres/run-program.js';
import { StartError } from '#platform/start-error.js';

/** One process of the cluster and how it is treated. */
export interface ProcessSpec {
  /** `api-1`, `redis` ... */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Another user than this process runs as. */
  readonly as?: SystemUser;
  readonly stopSignal: NodeJS.Signals;
  /** Seconds until it is killed when it does not stop by itself. */
  readonly stopGraceSeconds: number;
  /** Resolves with true when it can do its work; a rejection counts as not yet. */
  readonly isReady: () => Promise<boolean>;
}

/** Who is told what happens. */
export interface Audience {
  /** A line that a process wrote. */
  line(name: string, text: string): void;
  /** A remark of the supervisor. */
  note(text: string): void;
}

const readyTimeoutMs = 60_000;
const readyPollMs = 100;
const restartDelayMs = 1000;
const restartDelayMsMax = 10_000;
/** Who lived for so long is started again at once when it dies. */
const settledMs = 30_000;
const lastLinesMax = 20;

/**
 * Runs a process in a session of its own, where a Ctrl-C of the terminal does not reach it before its turn, and starts it
 * again when it dies. Before it was ready for the first time its death is a failed start.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private hasBeenReady = false;
  private isStopping = false;
  private delayMs = restartDelayMs / 2;
  private restart: NodeJS.Timeout | undefined;
  private readonly lastLines: string[] = [];

  constructor(
    private readonly spec: ProcessSpec,
    private readonly audience: Audience,
    /** Called when it has a new number. */
    private readonly onLaunched: () => void = () => undefined,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get program(): string {
    return this.spec.program;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it and resolves when it is ready. Throws a `StartError` with its last words. */
  async start(): Promise<void> {
    this.launch();
    const deadline = Date.now() + readyTimeoutMs;
    while (!(await this.spec.isReady().catch(() => false))) {
      if (this.child === undefined) throw this.failure('ended before it was ready');
      if (Date.now() > deadline) throw this.failure(`was not ready after ${readyTimeoutMs / 1000} s`);
      await sleep(readyPollMs);
    }
    // What answers may be a stranger on the same port, while ours has died of it.
    if (this.child === undefined) throw this.failure('ended before it was ready');
    this.hasBeenReady = true;
  }

  /** Ends it in good order, for good. Resolves with whether it ended in time and without an error. */
  async stop(): Promise<boolean> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (child === undefined) return true;
    child.kill(this.spec.stopSignal);
    const timer = setTimeout(() => {
      this.audience.note(`${this.name} did not stop within ${this.spec.stopGraceSeconds} s; killing it`);
      child.kill('SIGKILL');
    }, this.spec.stopGraceSeconds * 1000);
    await this.ended;
    clearTimeout(timer);
    return child.exitCode === 0 || child.signalCode === this.spec.stopSignal;
  }

  /** Sends a signal and changes nothing else: a killed process is started again. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  private launch(): void {
    const { program, args, environment, directory, as } = this.spec;
    const startedAt = Date.now();
    const child = spawn(program, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...as });
    this.child = child;
    this.onLaunched();
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => this.hear(line));
    // `close` comes when all that it wrote has been heard, and also when it could not be started at all.
    child.on('error', (error) => this.hear(error.message));
    this.ended = once(child, 'close').then(
      () => this.note(child, startedAt),
      () => this.note(child, startedAt),
    );
  }

  private note(child: ChildProcess, startedAt: number): void {
    this.child = undefined;
    if (this.isStopping || !this.hasBeenReady) return;
    this.delayMs = Date.now() - startedAt > settledMs ? restartDelayMs : Math.min(2 * this.delayMs, restartDelayMsMax);
    this.audience.note(
      `${this.name} ended (${child.signalCode ?? `exit ${child.exitCode}`}); starting it again in ${this.delayMs / 1000} s`,
    );
    this.restart = setTimeout(() => this.launch(), this.delayMs);
  }

  private hear(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > lastLinesMax) this.lastLines.shift();
    this.audience.line(this.name, line);
  }

  private failure(what: string): StartError {
    return new StartError(
      `${this.name} ${this.isStopping ? 'was stopped' : what}:\n${this.lastLines.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}
