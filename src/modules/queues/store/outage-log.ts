import type { Logger } from '@nestjs/common';

const quietMs = 5_000;

/** Reports errors of the store, one line in 5 s: each lost connection is told by every queue and worker that shares it, again and again. */
export class OutageLog {
  private reportedAt = -Infinity;
  private unreported = 0;
  private isMuted = false;

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  report(err: Error): void {
    if (this.isMuted) return;
    if (performance.now() - this.reportedAt < quietMs) {
      this.unreported += 1;
      return;
    }
    this.logger.warn({ err, unreported: this.unreported }, 'the store of the queues has trouble; work goes on when it is back');
    this.reportedAt = performance.now();
    this.unreported = 0;
  }

  /** Says nothing any more: what is closing loses its connections. */
  mute(): void {
    this.isMuted = true;
  }
}
