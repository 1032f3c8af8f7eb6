/** Shows the progress of a replay: a bar that redraws itself on a terminal, otherwise a line per tenth. Writes to standard error. */
export class Progress {
  private lastTenth = -1;
  private lastDrawnAt = 0;
  private readonly startedAt = performance.now();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  update(done: number, total: number): void {
    if (this.stream.isTTY) this.draw(done, total);
    else this.line(done, total);
  }

  /** Prints a remark without breaking the bar. */
  say(text: string): void {
    this.stream.write(this.stream.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
  }

  private draw(done: number, total: number): void {
    const now = performance.now();
    if (done < total && now - this.lastDrawnAt < 100) return;
    this.lastDrawnAt = now;
    const width = 30;
    const filled = Math.round((done / Math.max(1, total)) * width);
    this.stream.write(
      `\r\x1b[K[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${this.words(done, total)}${done === total ? '\n' : ''}`,
    );
  }

  private line(done: number, total: number): void {
    const tenth = Math.floor((done / Math.max(1, total)) * 10);
    if (tenth === this.lastTenth) return;
    this.lastTenth = tenth;
    this.stream.write(`${this.words(done, total)}\n`);
  }

  private words(done: number, total: number): string {
    const seconds = Math.max(0.001, (performance.now() - this.startedAt) / 1000);
    return `${done}/${total} steps, ${Math.round(done / seconds)}/s`;
  }
}
