import type { Redis } from 'ioredis';

/** A ping without a reply for this long means that Redis is down or stopped. */
const unansweredMs = 700;
/** Without a single byte for this long although a reply is due, the connection is dead. */
const silentMaxMs = 3000;

/** After a pause of this process nothing is known: data that arrived meanwhile has not been read yet. */
const pausedMs = 2000;

/** Pings one connection, and cuts it when it falls silent. A slow connection that still delivers data is left alone. */
export class SilenceWatch {
  private pingedAt: number | undefined;
  private bytes = -1;
  private heardAt = performance.now();
  private checkedAt = performance.now();

  constructor(private readonly redis: Redis) {}

  /** False while a ping has waited too long for its reply. */
  get isAnswering(): boolean {
    return this.pingedAt === undefined || performance.now() - this.pingedAt < unansweredMs;
  }

  /** To be called several times a second. */
  checkConnection(now: number): void {
    const { status } = this.redis;
    const wasPaused = now - this.checkedAt > pausedMs;
    this.checkedAt = now;
    if (wasPaused || (status !== 'ready' && status !== 'connect')) {
      this.heardAt = now;
      return;
    }
    const bytes = this.bytesRead();
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.heardAt = now;
    }
    // The client itself checks a connection that it is just opening.
    if (status === 'ready') this.ping(now);
    if (now - this.heardAt > silentMaxMs) {
      this.heardAt = now;
      this.cut();
    }
  }

  private ping(now: number): void {
    if (this.pingedAt !== undefined) return;
    this.pingedAt = now;
    const done = () => {
      this.pingedAt = undefined;
    };
    this.redis.ping().then(done, done);
  }

  /** Destroys the socket, because a dead peer would not answer a request to end either. The client connects again. */
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
