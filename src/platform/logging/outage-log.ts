const quietMs = 5_000;

interface WarnLogger {
  warn(fields: object, message: string): void;
}

/** Reports the trouble of a store, one line in 5 s: each lost connection is told by everything that shares it, again and again. */
export class OutageLog {
  private reportedAt = -Infinity;
  private unreported = 0;
  private isMuted = false;

  /** `message` is the line that is written, with the error and the number of those in between. */
  constructor(
    private readonly logger: WarnLogger,
    private readonly message: string,
  ) {}

  report(err: unknown): void {
    if (this.isMuted) return;
    if (performance.now() - this.reportedAt < quietMs) {
      this.unreported += 1;
      return;
    }
    this.logger.warn({ err, unreported: this.unreported }, this.message);
    this.reportedAt = performance.now();
    this.unreported = 0;
  }

  /** Says nothing any more: what is closing loses its connections. */
  mute(): void {
    this.isMuted = true;
  }
}
