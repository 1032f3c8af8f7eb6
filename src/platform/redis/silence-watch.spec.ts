import type { Redis } from 'ioredis';
import { SilenceWatch } from './silence-watch.js';

/** A connection whose answers come when the test says so. */
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
  // Cast: the watch uses what the line has, and nothing else of a connection.
  return { line, watch: new SilenceWatch(line as unknown as Redis), start: performance.now() };
}

describe('a connection', () => {
  it('that answers is left alone', async () => {
    const { line, watch, start } = watched();
    for (let at = 0; at < 20_000; at += 500) {
      watch.look(start + at);
      await line.answer();
    }
    expect(line.cuts).toBe(0);
    expect(watch.isAnswering).toBe(true);
  });

  it('that falls silent is cut after three seconds, also when it is not ready yet', () => {
    for (const status of ['ready', 'connect']) {
      const { line, watch, start } = watched();
      line.status = status;
      for (let at = 0; at <= 3000; at += 500) watch.look(start + at);
      expect(line.cuts).toBe(0);
      watch.look(start + 3600);
      expect(line.cuts).toBe(1);
    }
  });

  it('that is slow and still brings something is left alone', () => {
    const { line, watch, start } = watched();
    for (let at = 0; at < 20_000; at += 500) {
      watch.look(start + at);
      line.stream.bytesRead += 100;
    }
    expect(line.cuts).toBe(0);
  });

  it('is not blamed for a pause of this process', () => {
    const { line, watch, start } = watched();
    watch.look(start);
    watch.look(start + 40_000);
    watch.look(start + 40_500);
    expect(line.cuts).toBe(0);
  });
});
