const quietMs = 5_000;

interface WarnLogger {
  warn(fields: object, message: string): void;
}

/** Logs repeated errors, at most one line in 5 s: everything that shares a lost connection reports it, again and again. */
export class OutageLog {
  private reportedAt = -Infinity;
  private unreported = 0;
  private isMuted = false;

  /** `message` is the text of each line, beside the error and the number of errors that were not logged. */
  constructor(
    private readonly logger: WarnLogger,
    private readonly message: string,
  ) {}

  reportError(error: unknown): void {
    if (this.isMuted) return;
    if (performance.now() - this.reportedAt < quietMs) {
      this.unreported += 1;
      return;
    }
    this.logger.warn({ err: error, unreported: this.unreported }, this.message);
    this.reportedAt = performance.now();
    this.unreported = 0;
  }

  /** Logs nothing from now on: connections that close on purpose report errors too. */
  mute(): void {
    this.isMuted = true;
  }
}
