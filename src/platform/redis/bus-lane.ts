/** How long the proof of being alone holds, counted from its beat. Longer than the time between beats, so that a lone node stays alone. */
export const aloneForMs = 1200;
/** Own messages whose echo is awaited; beyond, the oldest are lost anyway. */
const unechoedMax = 1000;
/** A listener that was heard within this time exists, even if Redis does not count it: it may be connected to a replica. */
const listenerStaysMs = 3000;

export interface BusLaneOptions {
  readonly channel: string;
  /** The name of this node. */
  readonly origin: string;
  /** Sends the message to all listeners of the channel; resolves to their number. */
  readonly publish: (message: string) => Promise<unknown>;
  readonly isListening: boolean;
  /** Bytes in flight to a Redis that does not answer. Beyond, messages are dropped, which the other nodes detect by their numbers. */
  readonly inFlightBytesMax: number;
}

/** A message that counts the listeners. */
interface Beat {
  readonly number: number;
  readonly sentAt: number;
  /** How many listeners received it, once Redis has answered. */
  receivers: number | undefined;
  isEchoed: boolean;
}

/**
 * One channel of the bus, as one node publishes on it: numbers the messages, watches its own messages come back, and knows whether
 * another node listens. Times are milliseconds of `performance.now()`.
 *
 * A node is alone when Redis delivered its beat to one receiver and the beat came back: then it is that receiver. The proof holds for
 * `aloneForMs` from the sending of the beat. A node that subscribes after Redis has counted receives nothing from this node until
 * then, and serves no client until then (`RedisBus.awaitAdmission`): everything that was skipped had been committed before the first
 * of its sockets read any state. Nothing waits for an answer, so a node that hangs or is cut off delays no other node, and a node that
 * was stopped wakes up with an expired proof.
 *
 * A skipped message still takes its number. A node that had served before and subscribes again meanwhile finds that number missing
 * when it receives the next message.
 */
export class BusLane {
  private waiting: string[] = [];
  /** Number of the last message, sent or skipped. */
  private number = 0;
  /** Numbers of own messages that have not come back yet. */
  private readonly unechoed: number[] = [];
  private inFlightBytes = 0;
  private echoedAt = performance.now();
  private lastBeat: Beat | undefined;
  private aloneUntil = Number.NEGATIVE_INFINITY;
  private listenerHeardAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: BusLaneOptions) {}

  get channel(): string {
    return this.options.channel;
  }

  /** Whether a line waits to be sent at the end of this turn. */
  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Whether no other node listens, as far as is proven. */
  isAlone(now: number): boolean {
    return now < this.aloneUntil && now - this.listenerHeardAt > listenerStaysMs;
  }

  /** Milliseconds since one of this node's messages came back. */
  msSinceEcho(now: number): number {
    return now - this.echoedAt;
  }

  /** Adds a line to the message of this turn. */
  addLine(line: string): void {
    this.waiting.push(line);
  }

  /** Counts a message that is not sent because no other node listens. */
  skipMessage(): void {
    this.number += 1;
  }

  /** The channel was subscribed to again: silence counts from now on. */
  resetEcho(now: number): void {
    this.echoedAt = now;
    this.aloneUntil = Number.NEGATIVE_INFINITY;
  }

  /** Sends the waiting lines as a message that counts the listeners. */
  sendBeat(now: number): void {
    const beat: Beat = { number: this.number + 1, sentAt: now, receivers: undefined, isEchoed: false };
    this.lastBeat = beat;
    this.sendWaiting((receivers) => {
      beat.receivers = receivers;
      this.judgeBeat(beat);
    });
  }

  /** Sends the waiting lines. The number rises whether the message arrives or not: that is how its loss is detected. */
  sendWaiting(onCount?: (receivers: number) => void): void {
    const { origin, publish, inFlightBytesMax } = this.options;
    const lines = this.waiting;
    this.waiting = [];
    this.number += 1;
    this.awaitEcho(this.number);
    if (this.inFlightBytes > inFlightBytesMax) return;
    const message = [`${origin} ${this.number}`, ...lines].join('\n');
    this.inFlightBytes += message.length;
    const done = () => {
      this.inFlightBytes -= message.length;
    };
    publish(message).then((receivers: unknown) => {
      done();
      if (typeof receivers === 'number') onCount?.(receivers);
    }, done);
  }

  /** One of this node's messages came back. True if an earlier one did not: it is lost, and messages of other nodes may be lost with it. */
  confirmEcho(number: number, now: number): boolean {
    this.echoedAt = now;
    const place = this.unechoed.indexOf(number);
    this.unechoed.splice(0, place + 1);
    if (this.lastBeat?.number === number) {
      this.lastBeat.isEchoed = true;
      this.judgeBeat(this.lastBeat);
    }
    return place > 0;
  }

  /** A message of another listening node arrived. */
  noteListener(now: number): void {
    this.listenerHeardAt = now;
  }

  private judgeBeat(beat: Beat): void {
    if (beat !== this.lastBeat || beat.receivers === undefined) return;
    if (beat.receivers > 1) this.aloneUntil = Number.NEGATIVE_INFINITY;
    else if (beat.isEchoed) this.aloneUntil = beat.sentAt + aloneForMs;
  }

  private awaitEcho(number: number): void {
    if (!this.options.isListening) return;
    this.unechoed.push(number);
    if (this.unechoed.length > unechoedMax) this.unechoed.shift();
  }
}
