import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemUser } from '#platform/embedded-postgres/run-program.js';
import { StartError } from '#platform/start-error.js';

/** One process of the cluster and how it is supervised. */
export interface ProcessSpec {
  /** The name in the output: `api-1`, `redis` ... */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** The user to run as, if it is not the user of this process. */
  readonly as?: SystemUser;
  readonly stopSignal: NodeJS.Signals;
  /** Seconds after which a process that does not stop is killed. */
  readonly stopGraceSeconds: number;
  /** Resolves with true when the process can do its work. A rejection counts as false. */
  readonly isReady: () => Promise<boolean>;
}

/** Receives the output of a supervised process. */
export interface Audience {
  /** Receives a line of output of a process. */
  line(name: string, text: string): void;
  /** Receives a message of the supervisor. */
  note(text: string): void;
}

const readyTimeoutMs = 60_000;
const readyPollMs = 100;
const restartDelayMs = 1000;
const restartDelayMsMax = 10_000;
/** A process that ran for this long is restarted without delay. */
const settledMs = 30_000;
const lastLinesMax = 20;

/**
 * Runs a process in its own session, so that a Ctrl-C of the terminal does not reach it out of order, and restarts the process
 * when it dies. If it dies before it was ready for the first time, the start has failed.
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
    /** Called after each launch, when the process id is new. */
    private readonly onLaunched: () => void = () => undefined,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get program(): string {
    return this.spec.program;
  }

  /** The process id; undefined while the process does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the process and resolves when it is ready. Throws a `StartError` with its last lines of output. */
  async start(): Promise<void> {
    this.launch();
    const deadline = Date.now() + readyTimeoutMs;
    while (!(await this.spec.isReady().catch(() => false))) {
      if (this.child === undefined) throw this.failure('ended before it was ready');
      if (Date.now() > deadline) throw this.failure(`was not ready after ${readyTimeoutMs / 1000} s`);
      await sleep(readyPollMs);
    }
    // A foreign process on the same port may have answered, while ours died because the port is taken.
    if (this.child === undefined) throw this.failure('ended before it was ready');
    this.hasBeenReady = true;
  }

  /** Stops the process gracefully and never restarts it. Resolves with whether it ended in time and without an error. */
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

  /** Sends a signal to the process, which is restarted if it dies. */
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
    // `close` follows the last line of output, and is also emitted if the process could not be started.
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
    this.audience.note(`${this.name} ended (${child.signalCode ?? `exit ${child.exitCode}`}); restarting it in ${this.delayMs / 1000} s`);
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
