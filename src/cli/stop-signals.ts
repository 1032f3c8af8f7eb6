import type { Log } from '#platform/logging/log.js';

/** A package manager forwards the Ctrl-C that the terminal has already sent to this process: a repeat so soon is the same request. */
const echoMs = 100;

/** Requests one graceful stop, and exits at once if that takes too long or a second signal arrives. */
export class StopSignals {
  /** Resolves with the exit code once a stop is requested. */
  readonly requested: Promise<number>;
  private resolve: (exitCode: number) => void = () => undefined;
  private firstAt: number | undefined;

  constructor(
    private readonly log: Log,
    private readonly timeoutMs: number,
  ) {
    this.requested = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  listen(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.receive(signal));
  }

  /** Starts the graceful stop. `exitCode` is returned if the stop succeeds. */
  request(exitCode: number): void {
    if (this.firstAt !== undefined) return;
    this.firstAt = performance.now();
    setTimeout(() => this.exitNow(`the stop took longer than ${this.timeoutMs} ms`), this.timeoutMs).unref();
    this.resolve(exitCode);
  }

  private receive(signal: string): void {
    if (this.firstAt !== undefined) {
      if (performance.now() - this.firstAt > echoMs) this.exitNow(`second signal ${signal}`);
      return;
    }
    this.log.info({ signal }, 'stopping');
    this.request(0);
  }

  private exitNow(reason: string): void {
    process.stderr.write(`parley: exiting at once: ${reason}\n`);
    process.exit(1);
  }
}
