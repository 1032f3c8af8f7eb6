import type { RedisClient } from '#platform/redis/redis-client.js';
import { Slots } from '#platform/slots.js';

/** Rejects all waiting calls when the connection is lost. The Redis client itself would let them time out. */
export class ConnectionLoss {
  private readonly waiting = new Slots<(error: Error) => void>();

  static watch(client: RedisClient): ConnectionLoss {
    const loss = new ConnectionLoss();
    client.on('close', () => {
      for (const reject of loss.waiting) reject(new Error('the connection to Redis was lost'));
    });
    return loss;
  }

  /** Resolves to the reply, or rejects as soon as the connection is lost. */
  async raceReply<T>(reply: Promise<T>): Promise<T> {
    let stop: (error: Error) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      stop = reject;
    });
    const slot = this.waiting.addItem(stop);
    try {
      return await Promise.race([reply, lost]);
    } finally {
      this.waiting.removeItem(slot, stop);
      reply.catch(() => undefined);
    }
  }
}
