/** How long the proof of being alone holds, from when its beat was sent. Longer than from one beat to the next, so that who is alone stays so. */
export const aloneForMs = 1200;
/** Own messages whose return is waited for; of more, the oldest are lost anyway. */
const unechoedMax = 1000;
/** Who was heard within this is there, whether Redis counts it or not: it may listen by way of a replica. */
const othersStayMs = 3000;

export interface BusLaneOptions {
  readonly channel: string;
  /** Name of this node. */
  readonly origin: string;
  /** Gives it to all who listen to the channel; answers how many they are. */
  readonly publish: (message: string) => Promise<unknown>;
  readonly isListening: boolean;
  /** Bytes on their way to a Redis that does not answer; beyond, messages are dropped and the others told that they are. */
  readonly inFlightBytesMax: number;
}

/** A message that asks how many listen. */
interface Beat {
  readonly number: number;
  readonly sentAt: number;
  /** How many were given it, once Redis has said so. */
  receivers: number | undefined;
  isEchoed: boolean;
}

/**
 * One channel of the bus, as one node speaks on it: numbers what is told, sees its own messages come back, and knows whether
 * anybody else listens. Times are milliseconds of `performance.now()`.
 *
 * A node is alone when Redis gave its beat to one receiver and the beat came back: the one receiver was itself. That holds for
 * `aloneForMs` from when the beat was sent. Who subscribes after Redis has counted is told nothing by this node until then, and
 * serves nobody until then (`RedisBus.admitted`): what was skipped was committed before the first of its sockets looked where
 * things stand. No answer is waited for, so a node that hangs or is cut off holds up nobody, and one that was stopped wakes up
 * with a proof that has run out.
 *
 * What is skipped takes its number all the same. A node that has served and comes back to its subscription meanwhile finds a
 * number missing when it hears the next one.
 */
export class BusLane {
  private waiting: string[] = [];
  /** Of the last message, told or skipped. */
  private number = 0;
  /** Numbers of own messages that have not come back. */
  private readonly unechoed: number[] = [];
  private inFlightBytes = 0;
  private echoedAt = performance.now();
  private beatUnderWay: Beat | undefined;
  private aloneUntil = Number.NEGATIVE_INFINITY;
  private otherHeardAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: BusLaneOptions) {}

  get channel(): string {
    return this.options.channel;
  }

  /** Whether a line waits for the end of the turn. */
  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  isAlone(now: number): boolean {
    return now < this.aloneUntil && now - this.otherHeardAt > othersStayMs;
  }

  /** Milliseconds since an own message came back. */
  silentFor(now: number): number {
    return now - this.echoedAt;
  }

  /** Adds a line to what is told at the end of this turn. */
  add(line: string): void {
    this.waiting.push(line);
  }

  /** Counts what is not told because nobody else listens. */
  skip(): void {
    this.number += 1;
  }

  /** Subscribed anew: the next beats have to come back before anybody doubts it again. */
  subscribed(now: number): void {
    this.echoedAt = now;
    this.aloneUntil = Number.NEGATIVE_INFINITY;
  }

  /** Tells what waits, and asks how many listen. */
  sendBeat(now: number): void {
    const beat: Beat = { number: this.number + 1, sentAt: now, receivers: undefined, isEchoed: false };
    this.beatUnderWay = beat;
    this.send((receivers) => {
      beat.receivers = receivers;
      this.conclude(beat);
    });
  }

  /** Tells what waits. The number rises whether the message gets through or not: that is how its loss is noticed. */
  send(counted?: (receivers: number) => void): void {
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
      if (typeof receivers === 'number') counted?.(receivers);
    }, done);
  }

  /** An own message came back. Whether an earlier one did not: it is lost, and with it may be what others told. */
  echoed(number: number, now: number): boolean {
    this.echoedAt = now;
    const place = this.unechoed.indexOf(number);
    this.unechoed.splice(0, place + 1);
    if (this.beatUnderWay?.number === number) {
      this.beatUnderWay.isEchoed = true;
      this.conclude(this.beatUnderWay);
    }
    return place > 0;
  }

  /** Another node that listens was heard. */
  heardListener(now: number): void {
    this.otherHeardAt = now;
  }

  private conclude(beat: Beat): void {
    if (beat !== this.beatUnderWay || beat.receivers === undefined) return;
    if (beat.receivers > 1) this.aloneUntil = Number.NEGATIVE_INFINITY;
    else if (beat.isEchoed) this.aloneUntil = beat.sentAt + aloneForMs;
  }

  private awaitEcho(number: number): void {
    if (!this.options.isListening) return;
    this.unechoed.push(number);
    if (this.unechoed.length > unechoedMax) this.unechoed.shift();
  }
}
