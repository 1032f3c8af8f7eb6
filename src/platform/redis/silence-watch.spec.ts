import type { Redis } from 'ioredis';
import { SilenceWatch } from './silence-watch.js';

/** A connection whose replies the test controls. */
class Line {
  status = 'ready';
  cuts = 0;
  readonly stream = { bytesRead: 0, destroy: () => void (this.cuts += 1) };
  private readonly waiting: Array<() => void> = [];

  ping(): Promise<string> {
    return new Promise((resolve) => this.waiting.push(() => resolve('PONG')));
  }

  async answer(): Promise<void> {
    this.stream.bytesRead += 7;
    for (const resolve of this.waiting.splice(0)) resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
}

function watched(): { line: Line; watch: SilenceWatch; start: number } {
  const line = new Line();
  // Cast: the watch uses only what `Line` has.
  return { line, watch: new SilenceWatch(line as unknown as Redis), start: performance.now() };
}

describe('SilenceWatch', () => {
  it('leaves a connection that answers alone', async () => {
    const { line, watch, start } = watched();
    for (let at = 0; at < 20_000; at += 500) {
      watch.checkConnection(start + at);
      await line.answer();
    }
    expect(line.cuts).toBe(0);
    expect(watch.isAnswering).toBe(true);
  });

  it('cuts a silent connection after three seconds, even before it is ready', () => {
    for (const status of ['ready', 'connect']) {
      const { line, watch, start } = watched();
      line.status = status;
      for (let at = 0; at <= 3000; at += 500) watch.checkConnection(start + at);
      expect(line.cuts).toBe(0);
      watch.checkConnection(start + 3600);
      expect(line.cuts).toBe(1);
    }
  });

  it('leaves a slow connection that still delivers data alone', () => {
    const { line, watch, start } = watched();
    for (let at = 0; at < 20_000; at += 500) {
      watch.checkConnection(start + at);
      line.stream.bytesRead += 100;
    }
    expect(line.cuts).toBe(0);
  });

  it('does not cut a connection because this process was paused', () => {
    const { line, watch, start } = watched();
    watch.checkConnection(start);
    watch.checkConnection(start + 40_000);
    watch.checkConnection(start + 40_500);
    expect(line.cuts).toBe(0);
  });
});
