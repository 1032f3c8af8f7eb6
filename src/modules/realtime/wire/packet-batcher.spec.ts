import fc from 'fast-check';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Server, Socket } from 'socket.io';
import { eventually, type Listener, listen, type Loopback, open } from '../../../../test/support/loopback.js';
import { ackPacket, eventPacket } from './packets.js';
import { PacketBatcher } from './packet-batcher.js';
import { SocketServer } from '../connections/socket-server.js';

/** Carries out a script on a server: with Socket.IO itself, or with the batcher. */
interface Sender {
  toRoom(room: string | undefined, exceptRoom: string | undefined, payload: unknown): void;
  ack(socket: Socket, id: number, payload: unknown): void;
}

type Step =
  | { readonly kind: 'room'; readonly room: number; readonly size: number }
  | { readonly kind: 'except'; readonly room: number; readonly except: number }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'join' | 'leave'; readonly client: number; readonly room: number }
  | { readonly kind: 'ack' | 'direct' | 'close' | 'hangUp' | 'flood' | 'resume'; readonly client: number }
  | { readonly kind: 'turn' | 'tick' | 'wait' };

const clientCount = 5;
const roomCount = 3;
/** One client gets most of the traffic, so that many packets meet on one socket in one turn. */
const client = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(clientCount - 1) });
const room = fc.nat(roomCount - 1);
/** Around the lengths at which the head of a frame changes, and beyond the length that is copied. */
const size = fc.constantFrom(0, 1, 60, 100, 110, 8000, 65_500, 65_520, 100_000);
const floodSize = 1_500_000;
const floodLength = 6;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('room'), room, size }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('except'), room, except: room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('everyone') }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('join', 'leave'), client, room }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('ack', 'direct'), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('close', 'hangUp', 'flood', 'resume'), client }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('turn', 'tick', 'tick', 'wait') }) },
);

/** Between batched packets, two packets bypass the batcher, and the second waits in Engine.IO. */
const queuedBehindDirect: Step[] = [
  { kind: 'room', room: 0, size: 1 },
  { kind: 'direct', client: 0 },
  { kind: 'direct', client: 0 },
  { kind: 'room', room: 0, size: 1 },
  { kind: 'turn' },
];

let plain: Loopback;
let batched: Loopback;
let plainSender: Sender;
let batchedSender: Sender;

beforeAll(async () => {
  [plain, batched] = [await listen(), await listen()];
  plainSender = senderOf(plain.io);
  const batcher = new PacketBatcher();
  const server = new SocketServer(batcher);
  server.useServer(batched.io);
  batchedSender = {
    toRoom: (name, exceptRoom, payload) =>
      server.emitEvent({ room: name, exceptRoom, onlyRoom: undefined, event: 'message.created', payload }),
    ack: (socket, id, payload) => batcher.sendToOne(socket.conn, ackPacket(id, payload)),
  };
});

afterAll(async () => {
  await Promise.all([plain.close(), batched.close()]);
});

function senderOf(io: Server): Sender {
  return {
    toRoom: (name, exceptRoom, payload) => {
      const target = name === undefined ? io.except([]) : io.to(name);
      (exceptRoom === undefined ? target : target.except(exceptRoom)).emit('message.created', payload);
    },
    ack: (socket, id, payload) => Reflect.apply(Reflect.get(socket, 'packet'), socket, [{ type: 3, id, data: [payload] }]),
  };
}

/** Plays the script and returns the frames each client got, in order. Chance decides how many frames a client that hung up got. */
async function play(on: Loopback, sender: Sender, script: readonly Step[]): Promise<Array<{ heard: readonly string[]; hungUp: boolean }>> {
  const clients = await Promise.all([
    open(on, ['websocket']),
    open(on, ['websocket']),
    open(on, ['websocket']),
    open(on, ['polling', 'websocket']),
    open(on, ['polling']),
  ]);
  const hungUp = new Set<Listener>();
  const closed = new Set<Listener>();
  for (const [index, { socket }] of clients.entries()) await socket.join(`room-${index % roomCount}`);
  for (const [number, one] of script.entries()) await perform(one, number);
  for (const each of clients) each.resume();
  for (const each of clients) if (!closed.has(each) && !hungUp.has(each)) each.socket.emit('end');
  for (const each of clients)
    if (!hungUp.has(each)) await eventually('the last frame', () => each.heard.at(-1)?.startsWith('2["end"') === true);
  for (const each of clients) each.hangUp();
  // A client that hangs up during an upgrade is noticed only when it does not answer a ping.
  on.io.disconnectSockets(true);
  await eventually('all are gone', () => on.io.sockets.sockets.size === 0);
  return clients.map((each) => ({ heard: each.heard, hungUp: hungUp.has(each) }));

  async function perform(one: Step, number: number): Promise<void> {
    const each = 'client' in one ? clients[one.client] : undefined;
    switch (one.kind) {
      case 'room':
        return sender.toRoom(`room-${one.room}`, undefined, { number, text: 'ü'.repeat(one.size % 7) + 'x'.repeat(one.size) });
      case 'except':
        return sender.toRoom(`room-${one.room}`, `room-${one.except}`, { number });
      case 'everyone':
        return sender.toRoom(undefined, undefined, { number });
      case 'turn':
        await turn();
        return;
      case 'tick':
        return Promise.resolve();
      case 'wait':
        await wait(3);
        return;
      case 'join':
        return void each?.socket.join(`room-${one.room}`);
      case 'leave':
        return void each?.socket.leave(`room-${one.room}`);
      case 'ack':
        if (each !== undefined) sender.ack(each.socket, number, { ok: true, number });
        return;
      case 'direct':
        return void each?.socket.emit('direct', { number });
      case 'flood':
        each?.pause();
        for (let sent = 0; sent < floodLength; sent += 1) {
          sender.toRoom(each?.socket.id, undefined, { number, sent, text: 'x'.repeat(floodSize) });
          await turn();
        }
        return;
      case 'resume':
        return each?.resume();
      case 'hangUp':
        // A closed client still has its last frame to get.
        if (each === undefined || closed.has(each)) return;
        hungUp.add(each);
        return each.hangUp();
      case 'close':
        if (each === undefined || hungUp.has(each) || closed.has(each)) return;
        closed.add(each);
        each.socket.emit('end');
        each.socket.disconnect(true);
        return;
    }
  }
}

test('each client gets the frames that Socket.IO would send, in the same order, whatever is sent, joined, left, closed, upgraded or not read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 100 }), async (script) => {
      const expected = await play(plain, plainSender, script);
      const got = await play(batched, batchedSender, script);
      for (const [index, one] of expected.entries()) {
        const other = got[index]?.heard ?? [];
        const common = one.hungUp ? Math.min(one.heard.length, other.length) : Infinity;
        expect(other.slice(0, common).map(short)).toEqual(one.heard.slice(0, common).map(short));
        expect(other.slice(0, common)).toEqual(one.heard.slice(0, common));
      }
    }),
    { numRuns: 25, endOnFailure: true, examples: [[queuedBehindDirect]] },
  );
}, 120_000);

test('any text and any JSON arrive as Socket.IO would encode them', async () => {
  const reader = await open(batched, ['websocket']);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), { minLength: 1, maxLength: 20 }), async (texts) => {
      const before = reader.heard.length;
      for (const text of texts) batchedSender.toRoom(undefined, undefined, { text });
      await eventually('all texts', () => reader.heard.length === before + texts.length);
      expect(reader.heard.slice(before)).toEqual(texts.map((text) => eventPacket('message.created', { text })));
    }),
    { numRuns: 60 },
  );
  reader.hangUp();
});

function short(packet: string): string {
  return packet.length > 120 ? `${packet.slice(0, 60)} ... ${packet.length}` : packet;
}
