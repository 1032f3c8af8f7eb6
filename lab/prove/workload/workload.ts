import type { RecipientHistory } from '../checker/history.js';
import type { Random } from '../../support/random.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import { BatchDoor } from './batch-door.js';
import { Canary } from './canary.js';
import { ChatClient } from './chat-client.js';
import { OperationLog } from './operation-log.js';
import { makePeople, makeRoom, type Person, type Room } from './people.js';
import { ReceiptLog } from './receipt-log.js';
import { deliver, type Door, RestDoor, type RetryPolicy, SocketDoor } from './sender.js';
import { inParallel } from '../../support/in-parallel.js';

/** The people of a workload and their load. */
export interface Load {
  readonly senders: number;
  readonly receivers: number;
  readonly conversations: number;
  /** Calls per second, summed over all senders. */
  readonly ratePerSecond: number;
  /** The largest text in bytes. */
  readonly textBytesMax: number;
  /** The number of conversations of each receiver. */
  readonly roomsPerReceiver: number;
  /** Messages per REST call. A call stores all of its messages or none. */
  readonly batch: number;
  /** The share of client ids that are a UUIDv4. The contract allows them, although they contain no time. */
  readonly timelessShare: number;
  readonly retry: RetryPolicy;
  /** Whether a canary also sends a message every 100 ms. */
  readonly hasCanary: boolean;
}

export const standardLoad: Load = {
  senders: 40,
  receivers: 60,
  conversations: 20,
  ratePerSecond: 200,
  textBytesMax: 200,
  roomsPerReceiver: 2,
  batch: 1,
  timelessShare: 1 / 8,
  retry: { attemptTimeoutMs: 15_000, retryForMs: 60_000 },
  hasCanary: true,
};

interface Sender {
  readonly person: Person;
  readonly door: Door | BatchDoor;
  readonly room: Room;
}

const filler = 'said what there was to say, and then some more of it, until the line was full. ';

/** People who chat through the public API, and everything that they saw. With the same seed they send the same messages in the same order. */
export class Workload {
  readonly log: OperationLog;
  readonly receipts = new ReceiptLog();
  readonly clients: ChatClient[] = [];
  readonly rooms: Room[] = [];
  canary: Canary | undefined;
  /** The tokens of messages with the poison word. */
  readonly poisoned: string[] = [];
  private readonly senders: Sender[] = [];
  private readonly loops: Array<Promise<void>> = [];
  private poisonShare = 0;
  private poisonWord = '';
  private poisonsLeft = Infinity;
  private isStopping = false;
  private isOver = false;

  private constructor(
    readonly urls: readonly string[],
    readonly load: Load,
    private readonly random: Random,
  ) {
    this.log = new OperationLog(load.timelessShare);
  }

  /** Creates the people and their conversations, and connects all clients. */
  static async prepare(urls: readonly string[], load: Load, random: Random): Promise<Workload> {
    const workload = new Workload(urls, load, random);
    await workload.populate();
    await workload.connect();
    return workload;
  }

  /** Starts all senders. */
  start(): void {
    for (const [index, sender] of this.senders.entries()) this.loops.push(this.talk(sender, this.random.fork(`sender-${index}`)));
    this.canary?.start();
  }

  /** Puts the word into this share of the following texts, at most `most` times. */
  poison(share: number, word: string, most = Infinity): void {
    this.poisonShare = share;
    this.poisonWord = word;
    this.poisonsLeft = most;
  }

  /** Stops all senders. Outstanding messages are repeated until their outcome is final or `timeoutMs` have passed. */
  async finish(timeoutMs: number): Promise<void> {
    this.isStopping = true;
    const timer = setTimeout(() => {
      this.isOver = true;
    }, timeoutMs);
    await Promise.all([...this.loops, this.canary?.finish()]);
    clearTimeout(timer);
  }

  /** Waits until every client knows everything up to the given revs; false if a client does not within `timeoutMs`. */
  async catchUp(revs: ReadonlyMap<string, number>, timeoutMs: number): Promise<boolean> {
    const isBehind = (client: ChatClient) => [...client.views].some(([id, view]) => view.rev < (revs.get(id) ?? 0));
    return becomesTrue(
      async () => {
        const behind = this.clients.filter(isBehind);
        await inParallel(behind, (client) => client.catchUp());
        return behind.length === 0;
      },
      timeoutMs,
      100,
    );
  }

  stop(): void {
    for (const client of this.clients) client.stop();
  }

  /** What each recipient saw of a conversation. */
  recipientsOf(conversationId: string): RecipientHistory[] {
    return this.clients.flatMap(({ person, views }) => {
      const view = views.get(conversationId);
      return view === undefined ? [] : [{ recipient: person.name, conversationId, fromSeq: view.fromSeq, shown: view.shown }];
    });
  }

  /** A door for this person: REST, or a socket that is opened for it. */
  door(person: Person, via: 'rest' | 'socket', follow: readonly string[], index: number): Door {
    const { attemptTimeoutMs } = this.load.retry;
    if (via === 'rest') return new RestDoor(person, this.urls, index, attemptTimeoutMs);
    return new SocketDoor(this.client(person, follow, index), attemptTimeoutMs);
  }

  /** A device of this person, which the caller has to start. */
  client(person: Person, follow: readonly string[], index: number): ChatClient {
    const { urls, log, receipts } = this;
    const random = this.random.fork(`client-${this.clients.length}`);
    const client = new ChatClient({ person, urls, log, receipts, follow, firstNode: index, random });
    this.clients.push(client);
    return client;
  }

  private async populate(): Promise<void> {
    const { load, urls } = this;
    const senders = await makePeople(urls, names('sender', load.senders));
    const receivers = await makePeople(urls, names('receiver', load.receivers));
    const members = Array.from({ length: load.conversations }, (): Person[] => []);
    for (const [index, person] of senders.entries()) members[index % load.conversations]?.push(person);
    for (const [index, person] of receivers.entries())
      for (let turn = 0; turn < load.roomsPerReceiver; turn += 1) members[(index + turn * 7) % load.conversations]?.push(person);
    this.rooms.push(...(await inParallel(members, (people, index) => makeRoom(urls, `room ${index}`, [...new Set(people)]))));
    for (const [index, person] of senders.entries()) {
      const room = this.rooms[index % load.conversations];
      if (room === undefined) continue;
      // In each conversation, half of the senders use REST and half use sockets.
      const via = Math.floor(index / load.conversations) % 2 === 0 ? 'rest' : 'socket';
      const isBatch = via === 'rest' && load.batch > 1;
      const door = isBatch ? new BatchDoor(person, urls, index, load.retry.attemptTimeoutMs) : this.door(person, via, [room.id], index);
      this.senders.push({ person, room, door });
    }
    for (const [index, person] of receivers.entries()) {
      const rooms = this.rooms.filter((room) => room.members.includes(person));
      if (rooms.length > 0)
        this.client(
          person,
          rooms.map((room) => room.id),
          index,
        );
    }
    if (load.hasCanary) await this.addCanary();
  }

  private async addCanary(): Promise<void> {
    const [person] = await makePeople(this.urls, ['canary']);
    if (person === undefined) return;
    const room = await makeRoom(this.urls, 'canary', [person]);
    this.rooms.push(room);
    this.canary = new Canary(this.log, this.door(person, 'socket', [room.id], 0), room, this.random.fork('canary'));
  }

  private async connect(): Promise<void> {
    for (const client of this.clients) client.start();
    if (!(await becomesTrue(() => this.clients.every((client) => client.ready), 30_000)))
      throw new Error(`${this.clients.filter((client) => !client.ready).length} clients could not connect`);
  }

  private async talk({ person, room, door }: Sender, random: Random): Promise<void> {
    const { load, log } = this;
    const everyMs = (1000 * load.senders) / load.ratePerSecond;
    let next = performance.now() + random.next() * everyMs;
    while (!this.isStopping) {
      await sleep(Math.max(0, Math.min(next - performance.now(), 200)));
      if (performance.now() < next) continue;
      next = Math.max(next + everyMs, performance.now() - everyMs);
      const policy = { ...load.retry, random, isOver: () => this.isOver };
      if (door instanceof BatchDoor) {
        const operations = Array.from({ length: load.batch }, () => log.open(room.id, person.userId, random));
        const texts = operations.map(({ token }) => this.text(token, random));
        await door.deliver(log, operations, texts, policy);
      } else {
        const operation = log.open(room.id, person.userId, random);
        await deliver(log, operation, door, { ...policy, text: this.text(operation.token, random) });
      }
    }
  }

  private text(token: string, random: Random): string {
    const text = `${token} ${filler.repeat(Math.ceil(this.load.textBytesMax / filler.length)).slice(0, random.integer(10, this.load.textBytesMax))}`;
    if (this.poisonsLeft <= 0 || !random.chance(this.poisonShare)) return text;
    this.poisonsLeft -= 1;
    this.poisoned.push(`${text} ${this.poisonWord}`);
    return `${text} ${this.poisonWord}`;
  }
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
