import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineFacts } from '../../bench/support/machine.js';
import type { ConversationId } from '../../contracts/primitives.js';
import { ProcessCluster } from '../cluster/cluster.js';
import { command, Crowd, inParallel, sendAll, type Person } from './crowd.js';
import { idleRate, Meters, microsecondsPer, type Reading } from './meters.js';
import type { Cost, CostName, UnitCosts } from './unit-costs.js';

const people = 3000;
const pairs = 100;
const sendsPerPair = 100;
const roomMembers = 200;
const roomSends = 1000;
const receiptSteps = 15;
/** Above the second for which receipts of one member are gathered: each is told and written by itself, as in life. */
const receiptPauseMs = 1100;
const pendingPerPair = 200;
const idleSeconds = 20;
const settleTimeoutMs = 180_000;

/** Limits that protect a server from one client, which this is. */
const environment = {
  RATE_REGISTER_PER_MINUTE: '1000000',
  RATE_REST_PER_SECOND: '1000000',
  SOCKET_EVENTS_PER_SECOND_MAX: '1000000',
  SOCKETS_UNPROVEN_MAX: '10000',
  LOBBY: 'off',
  LOG_LEVEL: 'warn',
};

type Tell = (text: string) => void;
type Measured = Partial<Record<CostName, Cost>>;

/** Starts a cluster of two API nodes and one worker, loads it step by step, and reads what its processes used. Some minutes, Linux only. */
export async function measureUnitCosts(tell: Tell): Promise<UnitCosts> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-simulate-'));
  chmodSync(folder, 0o711);
  const options = {
    nodes: 2,
    workers: 1,
    hasRedisCluster: false,
    hasProxy: false,
    port: 0,
    dataDir: join(folder, 'data'),
    environment,
  };
  const cluster = new ProcessCluster(options, { line: () => undefined, note: tell });
  process.once('exit', () => cluster.kill());
  try {
    const addresses = await cluster.start();
    const meters = await Meters.open(cluster, addresses);
    const crowd = new Crowd(addresses.nodes.map(({ url }) => url));
    try {
      return await new Measurement(cluster, meters, crowd, tell).run();
    } finally {
      crowd.leave();
      await meters.close();
    }
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

class Measurement {
  private readonly costs: Measured = {};
  private idle: Reading | undefined;
  private sent = 0;

  constructor(
    private readonly cluster: ProcessCluster,
    private readonly meters: Meters,
    private readonly crowd: Crowd,
    private readonly tell: Tell,
  ) {}

  async run(): Promise<UnitCosts> {
    await this.connect();
    const near = await this.pairUp(0, 0);
    const far = await this.pairUp(0, 1);
    // Once unmeasured: what is compiled while it runs for the first time is not the price of a send.
    await this.send(near, sendsPerPair / 2);
    // By turns, so that neither has the colder processes.
    const alone = [await this.sends(near)];
    const across = [await this.sends(far)];
    alone.push(await this.sends(near));
    across.push(await this.sends(far));
    await this.storage();
    const delivery = await this.room(mean(alone), mean(across));
    await this.receipts(far, delivery);
    await this.pending(far);
    const { at, commit, isModified, processor, cores, node, loadAverage } = machineFacts();
    const machine = `${processor}, ${cores} cores, Node ${node}, load ${loadAverage.toFixed(1)} before`;
    const measured = {
      date: at.slice(0, 10),
      commit: `${(commit ?? 'unknown').slice(0, 7)}${isModified === true ? ' with changes' : ''}`,
      machine,
    };
    return { measured, costs: complete(this.costs) };
  }

  private async connect(): Promise<void> {
    this.tell(`registering ${people} guests`);
    await this.crowd.register(people);
    await sleep(5000);
    const [before, bytesBefore, redisBefore] = [this.meters.read(), this.meters.apiBytes(), await this.meters.redisBytes()];
    this.tell('connecting them');
    await this.crowd.connect();
    const after = this.meters.read();
    await sleep(5000);
    const how = `${people} sockets on two nodes, each of another guest, WebSocket`;
    this.note('apiMicrosecondsPerConnect', microsecondsPer('api', before, after, people), 'µs', `${how}, handshake to session.ready`);
    this.note('redisMicrosecondsPerConnect', microsecondsPer('redis', before, after, people), 'µs', how);
    this.note('postgresMicrosecondsPerConnect', microsecondsPer('postgres', before, after, people), 'µs', how);
    this.note('apiBytesPerSocket', (this.meters.apiBytes() - bytesBefore) / people, 'bytes', `${how}, resident memory, no conversations`);
    this.note('redisBytesPerSocket', ((await this.meters.redisBytes()) - redisBefore) / people, 'bytes', how);
    this.tell(`idle for ${idleSeconds} s`);
    const idleBefore = this.meters.read();
    await sleep(idleSeconds * 1000);
    this.idle = idleRate(idleBefore, this.meters.read());
    const idleHow = `${how}, ${idleSeconds} s of silence; what the processes do without any socket is in it`;
    this.note('apiMicrosecondsPerIdleSocketSecond', (1e6 * this.idle.api) / people, 'µs', idleHow);
    this.note('redisMicrosecondsPerIdleSocketSecond', (1e6 * this.idle.redis) / people, 'µs', idleHow);
  }

  /** Direct conversations between people of these nodes. */
  private pairUp(one: number, other: number): Promise<{ person: Person; conversationId: ConversationId }[]> {
    const ones = this.crowd.people.filter(({ node }) => node === one).slice(0, pairs);
    const others = this.crowd.people.filter(({ node }) => node === other).slice(-pairs);
    return inParallel(ones, async (person, index) => {
      const peer = others[index] ?? person;
      return { person, conversationId: await this.crowd.direct(person, peer) };
    });
  }

  private async send(senders: readonly { person: Person; conversationId: ConversationId }[], each: number): Promise<number> {
    const count = await sendAll(senders, each);
    this.sent += count;
    return count;
  }

  /** Sends and waits until all is stored; answers microseconds of the API per send. */
  private async sends(senders: readonly { person: Person; conversationId: ConversationId }[]): Promise<number> {
    await this.settled();
    this.tell(`${senders.length * sendsPerPair} sends`);
    const before = this.meters.read();
    const count = await this.send(senders, sendsPerPair);
    const after = this.meters.read();
    await this.settled();
    const stored = this.meters.read();
    const how = `${count} sends of 80 bytes in ${senders.length} direct conversations, each sender waiting for its ack`;
    this.note(
      'redisMicrosecondsPerSend',
      microsecondsPer('redis', before, stored, count, this.idle),
      'µs',
      `${how}; commit, delivery, job and settling`,
    );
    this.note('workerMicrosecondsPerMessage', microsecondsPer('worker', before, stored, count, this.idle), 'µs', how);
    this.note(
      'postgresMicrosecondsPerMessage',
      microsecondsPer('postgres', before, stored, count, this.idle),
      'µs',
      `${how}; all processes of Postgres`,
    );
    return microsecondsPer('api', before, after, count, this.idle);
  }

  private async storage(): Promise<void> {
    // The search index follows behind.
    await sleep(10_000);
    const bytes = (await this.meters.messageBytes()) / this.sent;
    this.note(
      'postgresBytesPerMessage',
      bytes,
      'bytes',
      `${this.sent} messages of 80 bytes, tables messages and message_search with all indexes`,
    );
  }

  private async room(alone: number, across: number): Promise<number> {
    const members = this.crowd.people.slice(0, roomMembers);
    const [maker, ...others] = members;
    if (maker === undefined) throw new Error('there is nobody');
    const conversationId = await this.crowd.group(maker, others);
    await sleep(1000);
    const wireBytes = this.frameSizes(others[0]);
    const senders = members.slice(0, 20).map((person) => ({ person, conversationId }));
    await this.send(senders, 10);
    this.tell(`${roomSends} sends to a room of ${roomMembers}`);
    const before = this.meters.read();
    const count = await this.send(senders, roomSends / senders.length);
    await sleep(1000);
    const perSend = microsecondsPer('api', before, this.meters.read(), count, this.idle);
    const delivery = (perSend - across) / (roomMembers - 2);
    const how = `${count} sends to a room of ${roomMembers} on two nodes, against sends between two nodes`;
    this.note('apiMicrosecondsPerDelivery', delivery, 'µs', how);
    this.note(
      'apiMicrosecondsPerSend',
      Math.max(1, alone - 2 * delivery),
      'µs',
      'sends between two sockets of one node, less two deliveries',
    );
    const foreign = 'sends between two nodes, less those on one node; 0 is a difference below what two runs differ by';
    this.note('apiMicrosecondsPerForeignEvent', Math.max(0, across - alone), 'µs', foreign);
    this.note('wireBytesPerDelivery', wireBytes(), 'bytes', 'mean frame of the events of that room, without TLS and TCP');
    return delivery;
  }

  private async receipts(members: readonly { person: Person; conversationId: ConversationId }[], delivery: number): Promise<void> {
    await this.settled();
    this.tell(`${members.length * receiptSteps} receipts`);
    const before = this.meters.read();
    for (let readSeq = 1; readSeq <= receiptSteps; readSeq += 1) {
      await Promise.all(members.map(({ person, conversationId }) => command(person, 'receipt.advance', { conversationId, readSeq })));
      await sleep(receiptPauseMs);
    }
    await sleep(5000);
    const after = this.meters.read();
    const count = members.length * receiptSteps;
    const how = `${count} receipts in ${members.length} direct conversations, one each ${receiptPauseMs} ms`;
    const perReceipt = microsecondsPer('api', before, after, count, this.idle);
    this.note('apiMicrosecondsPerReceipt', Math.max(1, perReceipt - 2 * delivery), 'µs', `${how}, less two deliveries`);
    this.note('workerMicrosecondsPerReceipt', microsecondsPer('worker', before, after, count, this.idle), 'µs', how);
    this.note('postgresMicrosecondsPerReceipt', microsecondsPer('postgres', before, after, count, this.idle), 'µs', how);
  }

  /** With the worker halted everything waits in Redis. */
  private async pending(senders: readonly { person: Person; conversationId: ConversationId }[]): Promise<void> {
    await this.settled();
    this.tell('halting the worker');
    const before = await this.meters.redisBytes();
    this.cluster.signal('worker-1', 'SIGSTOP');
    const count = await this.send(senders, pendingPerPair).finally(() => this.cluster.signal('worker-1', 'SIGCONT'));
    const bytes = ((await this.meters.redisBytes()) - before) / count;
    this.note('redisBytesPerPendingMessage', bytes, 'bytes', `${count} messages of 80 bytes with the worker halted, used_memory of Redis`);
    const startedAt = performance.now();
    await this.settled();
    this.tell(`drained ${Math.round((1000 * count) / (performance.now() - startedAt))} messages/s with one worker`);
  }

  /** Waits until everything that was sent is stored. */
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
    this.tell(`${name}: ${value.toPrecision(3)} ${unit}`);
  }
}

function complete(costs: Measured): UnitCosts['costs'] {
  const entries = Object.entries(costs);
  return Object.fromEntries(entries) as UnitCosts['costs'];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
