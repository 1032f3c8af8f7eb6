import type { Redis } from 'ioredis';

/** A question without an answer for so long means that Redis is away, or stopped. */
const unansweredMs = 700;
/** Not one byte for so long, though something was asked: the connection is dead. */
const silentMaxMs = 3000;

/** After a pause of this process nothing is known: what came meanwhile was not read yet. */
const pausedMs = 2000;

/** Asks one connection whether it lives, and cuts it when it has fallen silent. A slow one that still brings something is left alone. */
export class SilenceWatch {
  private askedAt: number | undefined;
  private bytes = -1;
  private heardAt = performance.now();
  private lookedAt = performance.now();

  constructor(private readonly redis: Redis) {}

  /** False while a question waits for its answer for too long. */
  get isAnswering(): boolean {
    return this.askedAt === undefined || performance.now() - this.askedAt < unansweredMs;
  }

  /** Called several times a second. */
  look(now: number): void {
    const { status } = this.redis;
    const wasPaused = now - this.lookedAt > pausedMs;
    this.lookedAt = now;
    if (wasPaused || (status !== 'ready' && status !== 'connect')) {
      this.heardAt = now;
      return;
    }
    const bytes = this.bytesRead();
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.heardAt = now;
    }
    // A connection that is just made is asked by the client itself.
    if (status === 'ready') this.ask(now);
    if (now - this.heardAt > silentMaxMs) {
      this.heardAt = now;
      this.cut();
    }
  }

  private ask(now: number): void {
    if (this.askedAt !== undefined) return;
    this.askedAt = now;
    const done = () => {
      this.askedAt = undefined;
    };
    this.redis.ping().then(done, done);
  }

  /** Not asked to end, as a dead peer would not answer that either. The client opens another one. */
  private cut(): void {
    const stream: unknown = Reflect.get(this.redis, 'stream');
    if (isDestroyable(stream)) stream.destroy(new Error('the connection to Redis fell silent'));
  }

  private bytesRead(): number {
    const stream: unknown = Reflect.get(this.redis, 'stream');
    return typeof stream === 'object' && stream !== null && 'bytesRead' in stream && typeof stream.bytesRead === 'number'
      ? stream.bytesRead
      : 0;
  }
}

function isDestroyable(value: unknown): value is { destroy(error: Error): void } {
  return typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function';
}
