import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hashShard } from '../hash-shard.js';
import { BusBarrier } from './bus-barrier.js';
import { aloneForMs, BusLane } from './bus-lane.js';
import { BusOrder } from './bus-order.js';
import { BusSubscriber } from './bus-subscriber.js';
import type { RedisConnections } from './redis-connections.js';
import type { RedisLink } from './redis-link.js';

/** A single Redis keeps all messages of a sender in order anyway; in a Redis Cluster several lanes spread the load over its nodes. */
const lanesOfCluster = 8;
const openTimeoutMs = 5000;
const beatMs = 500;
/** If no own beat came back for this long, the subscription is dead, whatever the client reports. */
const echoMaxMs = 5000;
const gapDelayMs = 100;
/** Bytes in flight to a Redis that does not answer, over all lanes. */
const inFlightBytesOfAllMax = 32 * 1024 * 1024;
/** By how much two nodes may disagree about the length of the admission time. */
const admissionSlackMs = 50;

/** Longer than a live node takes to answer; a node that has just died delays the barrier by this long. */
const deliveryMaxMs = 700;
/** Prefix of the names of nodes that listen. */
const listenerMark = 'node';
const askAddress = 'bus:ask';
const answerAddress = 'bus:answer';

type Listener = (payload: string) => void;

/**
 * Sends messages to the other nodes, fast and in order, and detects every loss. Messages of one key reach every other node in the
 * order in which they were published; those of one turn of the event loop travel together. Nothing is stored: a message that cannot be
 * delivered is lost, and a node that missed any learns of it (`onGap`) within two seconds of being connected again, because each sender
 * numbers its messages and sends a beat twice a second. The numbers also expose repeated messages, which are dropped. While no other
 * node listens, nothing is serialized and nothing is sent: see `BusLane`.
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
  private beatTimer: NodeJS.Timeout | undefined;
  private flush: NodeJS.Immediate | undefined;
  private gapTimer: NodeJS.Timeout | undefined;
  private admission: Promise<void> = Promise.resolve();
  private isAdmitted = false;

  private constructor(
    private readonly connections: RedisConnections,
    isListening: boolean,
  ) {
    const origin = `${isListening ? listenerMark : 'publisher'}-${randomBytes(9).toString('base64url')}`;
    this.origin = origin;
    this.publisher = connections.openLink('commands', 'parley-bus-out');
    const { client } = this.publisher;
    const count = connections.address.isCluster ? lanesOfCluster : 1;
    const inFlightBytesMax = inFlightBytesOfAllMax / count;
    const channels = Array.from({ length: count }, (_, lane) => `parley:{bus-${lane}}`);
    this.lanes = channels.map((channel) => {
      const publish = (message: string) => client.spublish(channel, message);
      return new BusLane({ channel, origin, publish, isListening, inFlightBytesMax });
    });
    this.byChannel = new Map(this.lanes.map((lane) => [lane.channel, lane]));
    if (isListening) this.subscriber = this.createSubscriber();
  }

  /**
   * Connects. When it resolves, messages of the other nodes arrive; nodes that believe they are alone send none before this node is
   * admitted. A process that does not listen (a worker) only publishes.
   */
  static async open(connections: RedisConnections, isListening: boolean): Promise<RedisBus> {
    const bus = new RedisBus(connections, isListening);
    await bus.publisher.awaitReady(openTimeoutMs);
    await bus.subscribeTo(bus.lanes);
    if (isListening) bus.admission = bus.admit();
    bus.sendBeats();
    bus.beatTimer = setInterval(() => bus.sendBeats(), beatMs).unref();
    return bus;
  }

  /**
   * Resolves once every node that believed itself alone knows of this one: from then on this node receives all messages. A listening
   * node serves no client before; whatever it cached meanwhile is dropped.
   */
  awaitAdmission(): Promise<void> {
    return this.admission;
  }

  /** Whether this node receives its own messages, which means that those of the others arrive too. */
  get isReceiving(): boolean {
    if (this.subscriber === undefined) return true;
    const now = performance.now();
    return this.lanes.every((lane) => lane.msSinceEcho(now) < echoMaxMs);
  }

  /**
   * Sends a message to the listeners of `address` on all other nodes. `write` returns its payload, without a line break, and is called
   * only when another node listens. Never waits, and throws only what `write` throws.
   */
  publish(key: string, address: string, write: () => string): void {
    const lane = this.lanes[hashShard(key, this.lanes.length)];
    if (lane?.isAlone(performance.now()) === true) lane.skipMessage();
    else this.publishOn(lane, address, write());
  }

  /** Calls the listener for each message of the address from another node. It must not throw. */
  subscribe(address: string, listener: Listener): void {
    this.listeners.set(address, [...(this.listeners.get(address) ?? []), listener]);
  }

  /** Calls the listener when messages may have been missed, here or by other nodes. It must not throw. */
  onGap(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  /**
   * Resolves when all other nodes have handled every message that was published before, so that a change is in force everywhere. A
   * node that does not answer is waited for at most 0.7 s.
   */
  async awaitDelivery(): Promise<void> {
    await Promise.all(this.lanes.map((lane, index) => this.awaitLaneDelivery(lane, index)));
  }

  /** Sends the waiting messages and stops. The subscriptions are closed with it, the shared connections by their owner. */
  async close(): Promise<void> {
    clearInterval(this.beatTimer);
    clearTimeout(this.gapTimer);
    this.subscriber?.close();
    this.gapListeners.length = 0;
    this.sendAll();
    await this.publisher.client.ping().catch(() => undefined);
  }

  private publishOn(lane: BusLane | undefined, address: string, payload: string): void {
    lane?.addLine(`${address} ${payload}`);
    this.flush ??= setImmediate(() => this.sendAll());
  }

  private async awaitLaneDelivery(lane: BusLane, index: number): Promise<void> {
    const now = performance.now();
    if (lane.isAlone(now)) return;
    const ask = (number: number) => this.publishOn(lane, askAddress, `${this.origin} ${number} ${index}`);
    await this.barrier.awaitAnswers(now, deliveryMaxMs, ask);
  }

  private sendAll(): void {
    clearImmediate(this.flush);
    this.flush = undefined;
    for (const lane of this.lanes) if (lane.hasWaiting) lane.sendWaiting();
  }

  private createSubscriber(): BusSubscriber {
    this.subscribe(askAddress, (question) => {
      const [origin = '', number = '', index = ''] = question.split(' ');
      this.publishOn(this.lanes[Number(index)], answerAddress, `${origin} ${number} ${this.origin}`);
    });
    this.subscribe(answerAddress, (answer) => {
      const [origin, number, peer = ''] = answer.split(' ');
      if (origin === this.origin) this.barrier.noteAnswer(Number(number), peer);
    });
    return new BusSubscriber(this.connections, (channel, message) => this.receive(channel, message));
  }

  private sendBeats(): void {
    const now = performance.now();
    const silent = this.lanes.filter((lane) => lane.msSinceEcho(now) > echoMaxMs);
    for (const lane of this.lanes) lane.sendBeat(now);
    if (silent.length > 0) this.subscribeTo(silent).catch((error: unknown) => this.connections.reportError(error));
  }

  private async subscribeTo(lanes: readonly BusLane[]): Promise<void> {
    await this.subscriber?.subscribeTo(lanes.map((lane) => lane.channel));
    const now = performance.now();
    for (const lane of lanes) lane.resetEcho(now);
  }

  private receive(channel: string, message: string): void {
    const lane = this.byChannel.get(channel);
    if (lane === undefined) return;
    const [head = '', ...lines] = message.split('\n');
    const [origin = '', number = ''] = head.split(' ');
    const now = performance.now();
    if (origin === this.origin) {
      if (lane.confirmEcho(Number(number), now)) this.reportGap();
      return;
    }
    if (origin.startsWith(listenerMark)) {
      this.barrier.notePeer(origin, now);
      lane.noteListener(now);
    }
    const verdict = this.order.checkNumber(`${channel} ${origin}`, Number(number), now);
    if (verdict === 'repeated') return;
    if (verdict !== 'next') this.reportGap();
    for (const line of lines) this.deliverLine(line);
  }

  private deliverLine(line: string): void {
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

  /** Gaps come in bursts, one per sender and lane: a burst is reported once. Before admission nothing has been served, so none is reported. */
  private reportGap(): void {
    if (!this.isAdmitted) return;
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      for (const listener of this.gapListeners) listener();
    }, gapDelayMs);
  }
}
