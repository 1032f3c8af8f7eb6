import { setTimeout as sleep } from 'node:timers/promises';
import { describeCommit, describeMachine } from '../support/machine.js';
import type { ConversationId } from '../../contracts/primitives.js';
import type { ProcessCluster } from '../../tools/cluster/cluster.js';
import { inParallel } from '../support/in-parallel.js';
import { command, type Crowd, sendAll, type Person } from './crowd.js';
import { idleRate, type Meters, microsecondsPer, type Process, type Reading } from './meters.js';
import type { Cost, CostName, UnitCosts } from './unit-costs.js';

const people = 3000;
const pairs = 100;
const sendsPerPair = 100;
const roomMembers = 200;
const roomSends = 1000;
const receiptSteps = 15;
/** Longer than the second for which the receipts of a member are combined, so that each is delivered and stored separately, as in practice. */
const receiptPauseMs = 1100;
const pendingPerPair = 200;
const extraListeners = 100;
const idleSeconds = 20;
const settleTimeoutMs = 180_000;

const zero = '0 means less than the difference between two runs';

/** Receives progress messages. */
export type ReportProgress = (text: string) => void;

interface Sender {
  readonly person: Person;
  readonly conversationId: ConversationId;
}

type Round = Readonly<Record<Process | 'rememberedBytes', number>>;
type Measured = Partial<Record<CostName, Cost>>;

/** One measurement in steps, each of which builds on the step before. */
export class Measurement {
  private readonly costs: Measured = {};
  private idle: Reading | undefined;
  private sent = 0;

  constructor(
    private readonly cluster: ProcessCluster,
    private readonly meters: Meters,
    private readonly crowd: Crowd,
    private readonly reportProgress: ReportProgress,
  ) {}

  async run(): Promise<UnitCosts> {
    await this.connect();
    const near = await this.pairUp(0, 0);
    const far = await this.pairUp(0, 1);
    // A first round is not measured, because it includes compilation.
    await this.send(near, sendsPerPair / 2);
    const { aloneApi1, acrossApi2 } = await this.pairs(near, far);
    await this.storage();
    const delivery = await this.room(aloneApi1, acrossApi2);
    await this.receipts(far, delivery);
    await this.pending(far);
    const measured = { date: new Date().toISOString().slice(0, 10), commit: describeCommit(), machine: describeMachine() };
    return { measured, costs: complete(this.costs) };
  }

  private async connect(): Promise<void> {
    this.reportProgress(`registering ${people} guests`);
    await this.crowd.register(people);
    await sleep(5000);
    const [before, bytesBefore, redisBefore] = [this.meters.read(), this.meters.apiBytes(), await this.meters.redisBytes()];
    this.reportProgress('connecting them');
    await this.crowd.connect();
    const after = this.meters.read();
    await sleep(5000);
    const how = `${people} WebSocket connections of different guests on two nodes`;
    this.note(
      'apiMicrosecondsPerConnect',
      microsecondsPer(['api1', 'api2'], before, after, people),
      'µs',
      `${how}, handshake to session.ready`,
    );
    this.note('redisMicrosecondsPerConnect', microsecondsPer(['redis'], before, after, people), 'µs', how);
    this.note('postgresMicrosecondsPerConnect', microsecondsPer(['postgres'], before, after, people), 'µs', how);
    this.note('apiBytesPerSocket', (this.meters.apiBytes() - bytesBefore) / people, 'bytes', `${how}, resident memory, no conversations`);
    this.note('redisBytesPerSocket', ((await this.meters.redisBytes()) - redisBefore) / people, 'bytes', how);
    this.reportProgress(`idle for ${idleSeconds} s`);
    const idleBefore = this.meters.read();
    await sleep(idleSeconds * 1000);
    this.idle = idleRate(idleBefore, this.meters.read());
    const idleHow = `${how}, ${idleSeconds} s without traffic; includes the work of a process without sockets`;
    this.note('apiMicrosecondsPerIdleSocketSecond', (1e6 * (this.idle.api1 + this.idle.api2)) / people, 'µs', idleHow);
    this.note('redisMicrosecondsPerIdleSocketSecond', (1e6 * this.idle.redis) / people, 'µs', idleHow);
  }

  /** Creates direct conversations between people of these nodes. */
  private pairUp(one: number, other: number): Promise<Sender[]> {
    const ones = this.crowd.people.filter(({ node }) => node === one).slice(0, pairs);
    const others = this.crowd.people.filter(({ node }) => node === other).slice(-pairs);
    return inParallel(ones, async (person, index) => {
      const peer = others[index] ?? person;
      return { person, conversationId: await this.crowd.direct(person, peer) };
    });
  }

  private async send(senders: readonly Sender[], each: number): Promise<number> {
    const count = await sendAll(senders, each);
    this.sent += count;
    return count;
  }

  /** Sends and waits until all messages are stored; returns microseconds per send and the bytes that Redis keeps per send. */
  private async sends(senders: readonly Sender[]): Promise<Round> {
    await this.settled();
    const redisBefore = await this.meters.redisBytes();
    this.reportProgress(`${senders.length * sendsPerPair} sends`);
    const before = this.meters.read();
    const count = await this.send(senders, sendsPerPair);
    const after = this.meters.read();
    await this.settled();
    const stored = this.meters.read();
    const rememberedBytes = ((await this.meters.redisBytes()) - redisBefore) / count;
    const per = (kind: Process, until: Reading): number => microsecondsPer([kind], before, until, count, this.idle);
    const stores = { redis: per('redis', stored), worker: per('worker', stored), postgres: per('postgres', stored) };
    return { api1: per('api1', after), api2: per('api2', after), ...stores, rememberedBytes };
  }

  /** Sends within a node and between nodes in turn, so that both run on warm processes. */
  private async pairs(near: readonly Sender[], far: readonly Sender[]): Promise<{ aloneApi1: number; acrossApi2: number }> {
    const rounds = [await this.sends(near), await this.sends(far), await this.sends(near), await this.sends(far)];
    const of = (figure: keyof Round, which = rounds): number => mean(which.map((round) => round[figure]));
    const [alone, across] = [rounds.filter((_, index) => index % 2 === 0), rounds.filter((_, index) => index % 2 === 1)];
    const how = `${rounds.length * pairs * sendsPerPair} sends of 80 bytes in ${pairs} direct conversations, each sender waiting for its ack`;
    this.note('redisMicrosecondsPerSend', of('redis'), 'µs', `${how}; commit, delivery, job and settling`);
    this.note('workerMicrosecondsPerMessage', of('worker'), 'µs', how);
    this.note('postgresMicrosecondsPerMessage', of('postgres'), 'µs', `${how}; all processes of Postgres`);
    this.note('redisBytesPerRememberedMessage', of('rememberedBytes'), 'bytes', `${how}; used_memory of Redis after all are stored`);
    this.note(
      'apiMicrosecondsPerUnheardEvent',
      of('api2', alone),
      'µs',
      `the half of these whose events the other node receives without a recipient; ${zero}`,
    );
    await this.listeners(near, of('redis', alone));
    return { aloneApi1: of('api1', alone), acrossApi2: of('api2', across) };
  }

  /** The cost in Redis of each further node that receives an event. */
  private async listeners(senders: readonly Sender[], without: number): Promise<void> {
    const close = await this.meters.listen(extraListeners);
    const { redis } = await this.sends(senders);
    close();
    const how = `${pairs * sendsPerPair} sends with ${extraListeners} additional listeners, compared with sends without them; ${zero}`;
    this.note('redisMicrosecondsPerListener', Math.max(0, (redis - without) / extraListeners), 'µs', how);
  }

  private async storage(): Promise<void> {
    // Indexing for search lags behind.
    await sleep(10_000);
    const bytes = (await this.meters.messageBytes()) / this.sent;
    this.note(
      'postgresBytesPerMessage',
      bytes,
      'bytes',
      `${this.sent} messages of 80 bytes, tables messages and message_search with all indexes`,
    );
  }

  private async room(aloneApi1: number, acrossApi2: number): Promise<number> {
    const members = this.crowd.people.slice(0, roomMembers);
    const [maker, ...others] = members;
    if (maker === undefined) throw new Error('there is no member');
    const conversationId = await this.crowd.group(maker, others);
    await sleep(1000);
    const wireBytes = this.frameSizes(others[0]);
    const senders = members.slice(0, 20).map((person) => ({ person, conversationId }));
    await this.send(senders, 10);
    this.reportProgress(`${roomSends} sends to a room of ${roomMembers}`);
    const before = this.meters.read();
    const count = await this.send(senders, roomSends / senders.length);
    await sleep(1000);
    const perSend = microsecondsPer(['api1', 'api2'], before, this.meters.read(), count, this.idle);
    // A send between two sockets of a node is one send and two deliveries. On the other node it is one received event and one delivery.
    const delivery = (perSend - aloneApi1 - acrossApi2) / (roomMembers - 3);
    const how = `${count} sends to a room of ${roomMembers} on two nodes, compared with direct conversations`;
    this.note('apiMicrosecondsPerDelivery', delivery, 'µs', how);
    this.note(
      'apiMicrosecondsPerSend',
      Math.max(1, aloneApi1 - 2 * delivery),
      'µs',
      'sends between two sockets of one node, less two deliveries',
    );
    this.note(
      'apiMicrosecondsPerHeardEvent',
      Math.max(0, acrossApi2 - delivery),
      'µs',
      `use of the other node for a send, less one delivery; ${zero}`,
    );
    this.note('wireBytesPerDelivery', wireBytes(), 'bytes', 'mean size of an event frame in that room, without TLS and TCP');
    return delivery;
  }

  private async receipts(members: readonly Sender[], delivery: number): Promise<void> {
    await this.settled();
    this.reportProgress(`${members.length * receiptSteps} receipts`);
    const before = this.meters.read();
    for (let readSeq = 1; readSeq <= receiptSteps; readSeq += 1) {
      await Promise.all(members.map(({ person, conversationId }) => command(person, 'receipt.advance', { conversationId, readSeq })));
      await sleep(receiptPauseMs);
    }
    await sleep(5000);
    const after = this.meters.read();
    const count = members.length * receiptSteps;
    const how = `${count} receipts in ${members.length} direct conversations, one every ${receiptPauseMs} ms`;
    const perReceipt = microsecondsPer(['api1', 'api2'], before, after, count, this.idle);
    this.note('apiMicrosecondsPerReceipt', Math.max(1, perReceipt - 2 * delivery), 'µs', `${how}, less two deliveries`);
    this.note('workerMicrosecondsPerReceipt', microsecondsPer(['worker'], before, after, count, this.idle), 'µs', `${how}; ${zero}`);
    this.note('postgresMicrosecondsPerReceipt', microsecondsPer(['postgres'], before, after, count, this.idle), 'µs', how);
  }

  /** Measures the memory of messages that wait in Redis, with the worker halted. */
  private async pending(senders: readonly Sender[]): Promise<void> {
    await this.settled();
    this.reportProgress('halting the worker');
    const before = await this.meters.redisBytes();
    this.cluster.signal('worker-1', 'SIGSTOP');
    const count = await this.send(senders, pendingPerPair).finally(() => this.cluster.signal('worker-1', 'SIGCONT'));
    const bytes = ((await this.meters.redisBytes()) - before) / count;
    this.note('redisBytesPerPendingMessage', bytes, 'bytes', `${count} messages of 80 bytes with the worker halted, used_memory of Redis`);
    const startedAt = performance.now();
    await this.settled();
    this.reportProgress(`drained ${Math.round((1000 * count) / (performance.now() - startedAt))} messages/s with one worker`);
  }

  /** Waits until all sent messages are stored. */
  private async settled(): Promise<void> {
    for (const deadline = Date.now() + settleTimeoutMs; (await this.meters.persisted()) < this.sent; await sleep(250))
      if (Date.now() > deadline) throw new Error(`only ${await this.meters.persisted()} of ${this.sent} messages were stored in time`);
    await sleep(1000);
  }

  private frameSizes(person: Person | undefined): () => number {
    let bytes = 0;
    let frames = 0;
    person?.socket?.io.engine.on('packet', ({ data }: { data?: unknown }) => {
      if (typeof data !== 'string' || !data.includes('message.created')) return;
      bytes += Buffer.byteLength(data) + 1;
      frames += 1;
    });
    return () => bytes / Math.max(1, frames);
  }

  private note(name: CostName, value: number, unit: string, how: string): void {
    this.costs[name] = { value: Number(value.toPrecision(3)), unit, source: 'measured', how };
    this.reportProgress(`${name}: ${value.toPrecision(3)} ${unit}`);
  }
}

function complete(costs: Measured): UnitCosts['costs'] {
  const entries = Object.entries(costs);
  return Object.fromEntries(entries) as UnitCosts['costs'];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
