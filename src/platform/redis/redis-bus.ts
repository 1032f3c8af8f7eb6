import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hashShard } from '../hash-shard.js';
import { BusBarrier } from './bus-barrier.js';
import { aloneForMs, BusLane } from './bus-lane.js';
import { BusOrder } from './bus-order.js';
import { BusSubscriber } from './bus-subscriber.js';
import type { RedisConnections } from './redis-connections.js';
import type { RedisLink } from './redis-link.js';

/** A single Redis keeps all messages of a sender in order anyway; in a Redis Cluster the lanes spread over its nodes. */
const lanesOfCluster = 8;
const openTimeoutMs = 5000;
const beatMs = 500;
/** Own beats that do not come back for so long mean that the subscription is dead, whatever the client believes. */
const echoMaxMs = 5000;
const gapDelayMs = 100;
/** Bytes on their way to a Redis that does not answer, of all lanes. */
const inFlightBytesOfAllMax = 32 * 1024 * 1024;
/** By how much the clocks of two nodes may disagree about the length of the time that a node waits to be admitted. */
const admissionSlackMs = 50;

/** Longer than any node that lives takes; a node that died a moment ago is waited for this long. */
const settleMaxMs = 700;
/** Begins the names of those who listen. */
const listenerMark = 'node';
const askAddress = 'bus:ask';
const answerAddress = 'bus:answer';

type Listener = (payload: string) => void;

/**
 * Tells the other nodes, fast and in order, and never unnoticed in vain. Messages of one key reach every other node in the
 * order in which they were published; those of one loop turn travel as one. Nothing is kept: what cannot be delivered is
 * lost, and whoever missed something, by whatever cause, is told so (`onGap`) within two seconds of hearing again, because
 * each sender numbers what it sends and sends a beat twice a second. What comes twice is dropped by the same numbers. Where
 * nobody else listens, nothing is made and nothing is sent: see `BusLane`.
 */
export class RedisBus {
  private readonly origin: string;
  private readonly listeners = new Map<string, Listener[]>();
  private readonly gapListeners: Array<() => void> = [];
  private readonly lanes: readonly BusLane[];
  private readonly byChannel: ReadonlyMap<string, BusLane>;
  private readonly order = new BusOrder();
  private readonly barrier = new BusBarrier();
  private readonly publisher: RedisLink;
  private readonly subscriber: BusSubscriber | undefined;
  private beat: NodeJS.Timeout | undefined;
  private flush: NodeJS.Immediate | undefined;
  private gapTimer: NodeJS.Timeout | undefined;
  private admission: Promise<void> = Promise.resolve();
  private isAdmitted = false;

  private constructor(
    private readonly connections: RedisConnections,
    isListening: boolean,
  ) {
    const origin = `${isListening ? listenerMark : 'speaker'}-${randomBytes(9).toString('base64url')}`;
    this.origin = origin;
    this.publisher = connections.open('commands', 'parley-bus-out');
    const { client } = this.publisher;
    const count = connections.address.isCluster ? lanesOfCluster : 1;
    const inFlightBytesMax = inFlightBytesOfAllMax / count;
    const channels = Array.from({ length: count }, (_, lane) => `parley:{bus-${lane}}`);
    this.lanes = channels.map((channel) => {
      const publish = (message: string) => client.spublish(channel, message);
      return new BusLane({ channel, origin, publish, isListening, inFlightBytesMax });
    });
    this.byChannel = new Map(this.lanes.map((lane) => [lane.channel, lane]));
    if (isListening) this.subscriber = this.listener();
  }

  /**
   * Opens it. When it resolves, what the others tell arrives; those who think themselves alone tell nothing before this node is
   * admitted. A process that does not listen (a worker) only speaks.
   */
  static async open(connections: RedisConnections, isListening: boolean): Promise<RedisBus> {
    const bus = new RedisBus(connections, isListening);
    await bus.publisher.ready(openTimeoutMs);
    await bus.listenTo(bus.lanes);
    if (isListening) bus.admission = bus.admit();
    bus.beatAll();
    bus.beat = setInterval(() => bus.beatAll(), beatMs).unref();
    return bus;
  }

  /**
   * Resolves when nobody thinks any more that they are alone who did before this node listened: from then on it hears all that
   * the others tell. A node that listens serves nobody before; what it has remembered meanwhile is forgotten.
   */
  admitted(): Promise<void> {
    return this.admission;
  }

  /** Whether this node hears itself: what the others say arrives then. */
  get isHearing(): boolean {
    if (this.subscriber === undefined) return true;
    const now = performance.now();
    return this.lanes.every((lane) => lane.silentFor(now) < echoMaxMs);
  }

  /**
   * Tells the listeners of `address` on all other nodes. `write` makes what they get, without a line break, and is called only
   * when somebody listens. Never waits, and throws only what `write` throws.
   */
  publish(key: string, address: string, write: () => string): void {
    const lane = this.lanes[hashShard(key, this.lanes.length)];
    if (lane?.isAlone(performance.now()) === true) lane.skip();
    else this.publishOn(lane, address, write());
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

  private publishOn(lane: BusLane | undefined, address: string, payload: string): void {
    lane?.add(`${address} ${payload}`);
    this.flush ??= setImmediate(() => this.sendAll());
  }

  private async laneSettled(lane: BusLane, index: number): Promise<void> {
    const now = performance.now();
    if (lane.isAlone(now)) return;
    const ask = (number: number) => this.publishOn(lane, askAddress, `${this.origin} ${number} ${index}`);
    await this.barrier.wait(now, settleMaxMs, ask);
  }

  private sendAll(): void {
    clearImmediate(this.flush);
    this.flush = undefined;
    for (const lane of this.lanes) if (lane.hasWaiting) lane.send();
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
    const silent = this.lanes.filter((lane) => lane.silentFor(now) > echoMaxMs);
    for (const lane of this.lanes) lane.sendBeat(now);
    if (silent.length > 0) this.listenTo(silent).catch((err: unknown) => this.connections.report(err));
  }

  private async listenTo(lanes: readonly BusLane[]): Promise<void> {
    await this.subscriber?.open(lanes.map((lane) => lane.channel));
    const now = performance.now();
    for (const lane of lanes) lane.subscribed(now);
  }

  private receive(channel: string, message: string): void {
    const lane = this.byChannel.get(channel);
    if (lane === undefined) return;
    const [head = '', ...lines] = message.split('\n');
    const [origin = '', number = ''] = head.split(' ');
    const now = performance.now();
    if (origin === this.origin) {
      if (lane.echoed(Number(number), now)) this.tellGap();
      return;
    }
    if (origin.startsWith(listenerMark)) {
      this.barrier.heard(origin, now);
      lane.heardListener(now);
    }
    const verdict = this.order.take(`${channel} ${origin}`, Number(number), now);
    if (verdict === 'repeated') return;
    if (verdict !== 'next') this.tellGap();
    for (const line of lines) this.dispatch(line);
  }

  private dispatch(line: string): void {
    const space = line.indexOf(' ');
    const listeners = this.listeners.get(line.slice(0, space));
    if (listeners === undefined) return;
    const payload = line.slice(space + 1);
    for (const listener of listeners) listener(payload);
  }

  private async admit(): Promise<void> {
    await delay(aloneForMs + admissionSlackMs, undefined, { ref: false });
    this.isAdmitted = true;
    for (const listener of this.gapListeners) listener();
  }

  /** Gaps come in swarms, one for each sender and lane: they are told as one. Before admission nobody here waits for anything. */
  private tellGap(): void {
    if (!this.isAdmitted) return;
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      for (const listener of this.gapListeners) listener();
    }, gapDelayMs);
  }
}
