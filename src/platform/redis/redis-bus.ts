import { randomBytes } from 'node:crypto';
import { hashShard } from '../hash-shard.js';
import { BusBarrier } from './bus-barrier.js';
import { BusOrder } from './bus-order.js';
import { BusSubscriber } from './bus-subscriber.js';
import type { RedisConnections } from './redis-connections.js';
import type { RedisLink } from './redis-link.js';

/** A single Redis keeps all messages of a sender in order anyway; in a Redis Cluster the lanes spread over its nodes. */
const lanesOfCluster = 8;
const openTimeoutMs = 5000;
const beatMs = 1000;
/** Own beats that do not come back for so long mean that the subscription is dead, whatever the client believes. */
const echoMaxMs = 5000;
const gapDelayMs = 100;
/** Bytes on their way to a Redis that does not answer; beyond, messages are dropped and the others told that they are. */
const inFlightBytesMax = 32 * 1024 * 1024;

/** Longer than any node that lives takes; a node that died a moment ago is waited for this long. */
const settleMaxMs = 700;
/** Begins the names of those who listen. */
const listenerMark = 'node';
const askAddress = 'bus:ask';
const answerAddress = 'bus:answer';

type Listener = (payload: string) => void;

interface Lane {
  readonly channel: string;
  /** Lines of this loop turn. */
  waiting: string[];
  /** Batches sent so far. */
  sent: number;
  echoedAt: number;
}

/**
 * Tells the other nodes, fast and in order, and never unnoticed in vain. Messages of one key reach every other node in the
 * order in which they were published; those of one loop turn travel as one. Nothing is kept: what cannot be delivered is
 * lost, and whoever missed something, by whatever cause, is told so (`onGap`) within two seconds of hearing again, because
 * each sender numbers what it sends and sends a beat each second. What comes twice is dropped by the same numbers.
 */
export class RedisBus {
  private readonly origin: string;
  private readonly listeners = new Map<string, Listener[]>();
  private readonly gapListeners: Array<() => void> = [];
  private readonly lanes: readonly Lane[];
  private readonly byChannel: ReadonlyMap<string, Lane>;
  private readonly order = new BusOrder();
  private readonly barrier = new BusBarrier();
  private readonly publisher: RedisLink;
  private readonly subscriber: BusSubscriber | undefined;
  private beat: NodeJS.Timeout | undefined;
  private flush: NodeJS.Immediate | undefined;
  private gapTimer: NodeJS.Timeout | undefined;
  private inFlightBytes = 0;

  private constructor(
    private readonly connections: RedisConnections,
    isListening: boolean,
  ) {
    this.origin = `${isListening ? listenerMark : 'speaker'}-${randomBytes(9).toString('base64url')}`;
    this.publisher = connections.open('commands', 'parley-bus-out');
    const now = performance.now();
    const count = connections.address.isCluster ? lanesOfCluster : 1;
    this.lanes = Array.from({ length: count }, (_, lane) => ({ channel: `parley:{bus-${lane}}`, waiting: [], sent: 0, echoedAt: now }));
    this.byChannel = new Map(this.lanes.map((lane) => [lane.channel, lane]));
    if (isListening) this.subscriber = this.listener();
  }

  /**
   * Opens it. When it resolves, what the others publish from then on arrives; a process that does not listen (a worker) only
   * speaks.
   */
  static async open(connections: RedisConnections, isListening: boolean): Promise<RedisBus> {
    const bus = new RedisBus(connections, isListening);
    await bus.publisher.ready(openTimeoutMs);
    await bus.listenTo(bus.lanes);
    bus.beat = setInterval(() => bus.beatAll(), beatMs).unref();
    return bus;
  }

  /** Whether this node hears itself: what the others say arrives then. */
  get isHearing(): boolean {
    if (this.subscriber === undefined) return true;
    const now = performance.now();
    return this.lanes.every((lane) => now - lane.echoedAt < echoMaxMs);
  }

  /** Tells the listeners of `address` on all other nodes. `payload` holds no line break. Never throws, never waits. */
  publish(key: string, address: string, payload: string): void {
    this.publishOn(this.lanes[hashShard(key, this.lanes.length)], address, payload);
  }

  /** Calls the listener for each message of the address from another node. It must not throw. */
  subscribe(address: string, listener: Listener): void {
    this.listeners.set(address, [...(this.listeners.get(address) ?? []), listener]);
  }

  /** Calls the listener when messages of others may have been missed, or ours by them. It must not throw. */
  onGap(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  /**
   * Resolves when all other nodes have handled what was published before: whoever was told of a change finds it in force
   * everywhere. A node that does not answer is not waited for longer than 0.7 s.
   */
  async settled(): Promise<void> {
    await Promise.all(this.lanes.map((lane, index) => this.laneSettled(lane, index)));
  }

  /** Sends what waits and stops. The connections are closed by who opened them. */
  async close(): Promise<void> {
    clearInterval(this.beat);
    clearTimeout(this.gapTimer);
    this.subscriber?.close();
    this.gapListeners.length = 0;
    this.sendAll();
    await this.publisher.client.ping().catch(() => undefined);
  }

  private publishOn(lane: Lane | undefined, address: string, payload: string): void {
    if (lane === undefined) return;
    lane.waiting.push(`${address} ${payload}`);
    this.flush ??= setImmediate(() => this.sendAll());
  }

  private laneSettled(lane: Lane, index: number): Promise<void> {
    const ask = (number: number) => this.publishOn(lane, askAddress, `${this.origin} ${number} ${index}`);
    return this.barrier.wait(performance.now(), settleMaxMs, ask);
  }

  private sendAll(): void {
    clearImmediate(this.flush);
    this.flush = undefined;
    for (const lane of this.lanes) if (lane.waiting.length > 0) this.send(lane);
  }

  private listener(): BusSubscriber {
    this.subscribe(askAddress, (question) => {
      const [origin = '', number = '', index = ''] = question.split(' ');
      this.publishOn(this.lanes[Number(index)], answerAddress, `${origin} ${number} ${this.origin}`);
    });
    this.subscribe(answerAddress, (answer) => {
      const [origin, number, peer = ''] = answer.split(' ');
      if (origin === this.origin) this.barrier.answered(Number(number), peer);
    });
    return new BusSubscriber(this.connections, (channel, message) => this.receive(channel, message));
  }

  private beatAll(): void {
    const now = performance.now();
    const silent = this.lanes.filter((lane) => now - lane.echoedAt > echoMaxMs);
    for (const lane of this.lanes) this.send(lane);
    if (silent.length > 0) this.listenTo(silent).catch((err: unknown) => this.connections.report(err));
  }

  private async listenTo(lanes: readonly Lane[]): Promise<void> {
    await this.subscriber?.open(lanes.map((lane) => lane.channel));
    // The next beats have to come back before anybody doubts it again.
    for (const lane of lanes) lane.echoedAt = performance.now();
  }

  /** The number rises whether the message gets through or not: that is how its loss is noticed. */
  private send(lane: Lane): void {
    const lines = lane.waiting;
    lane.waiting = [];
    lane.sent += 1;
    if (this.inFlightBytes > inFlightBytesMax) return;
    const message = [`${this.origin} ${lane.sent}`, ...lines].join('\n');
    this.inFlightBytes += message.length;
    const done = () => {
      this.inFlightBytes -= message.length;
    };
    this.publisher.client.spublish(lane.channel, message).then(done, done);
  }

  private receive(channel: string, message: string): void {
    const lane = this.byChannel.get(channel);
    if (lane === undefined) return;
    const [head = '', ...lines] = message.split('\n');
    const [origin = '', number = ''] = head.split(' ');
    const now = performance.now();
    const verdict = this.order.take(`${channel} ${origin}`, Number(number), now);
    if (origin === this.origin) lane.echoedAt = now;
    else if (origin.startsWith(listenerMark)) this.barrier.heard(origin, now);
    if (verdict === 'repeated') return;
    if (verdict === 'gap') this.tellGap();
    if (origin !== this.origin) for (const line of lines) this.dispatch(line);
  }

  private dispatch(line: string): void {
    const space = line.indexOf(' ');
    const listeners = this.listeners.get(line.slice(0, space));
    if (listeners === undefined) return;
    const payload = line.slice(space + 1);
    for (const listener of listeners) listener(payload);
  }

  /** Gaps come in swarms, one for each sender and lane: they are told as one. */
  private tellGap(): void {
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      for (const listener of this.gapListeners) listener();
    }, gapDelayMs);
  }
}
