import { setTimeout as wait } from 'node:timers/promises';
import type { Socket } from 'socket.io';
import { eventually, listen, type Loopback, open } from '../../../../test/support/loopback.js';
import { eventPacket, webSocketFrames } from './packets.js';
import { writableTcpSocket, releaseHandshake, interceptEvents } from './engine-socket.js';

/** The fast path rests on private fields of Socket.IO. These tests fail when an update removes them. */
describe('the installed Socket.IO, Engine.IO and ws', () => {
  let server: Loopback;

  beforeAll(async () => {
    server = await listen();
  });

  afterAll(() => server.close());

  it('allow frames to be written directly to an open WebSocket with nothing queued, and only then', async () => {
    const reader = await open(server, ['websocket']);
    const { conn } = reader.socket;
    await eventually('the connection is idle', () => writableTcpSocket(conn) !== undefined);
    reader.socket.emit('one', {});
    reader.socket.emit('waits behind it', {});
    expect(writableTcpSocket(conn)).toBeUndefined();
    await eventually('the connection is idle again', () => writableTcpSocket(conn) !== undefined);
    const large = webSocketFrames([eventPacket('large', 'x'.repeat(1_000_000))]);
    reader.pause();
    for (let sent = 0; sent < 20; sent += 1) writableTcpSocket(conn)?.write(large);
    expect(writableTcpSocket(conn)).toBeUndefined();
    reader.resume();
    await eventually('what waited is read', () => writableTcpSocket(conn) !== undefined);
    conn.close();
    expect(writableTcpSocket(conn)).toBeUndefined();
    reader.hangUp();
  });

  it('do not allow it for long polling and compressed connections', async () => {
    const polling = await open(server, ['polling']);
    const compressing = await listen({ perMessageDeflate: true });
    const compressed = await open(compressing, ['websocket']);
    await wait(20);
    expect(writableTcpSocket(polling.socket.conn)).toBeUndefined();
    expect(writableTcpSocket(compressed.socket.conn)).toBeUndefined();
    polling.hangUp();
    compressed.hangUp();
    await compressing.close();
  });

  it('pass on the events that a client sends, with and without an acknowledgement id', async () => {
    const reader = await open(server, ['websocket']);
    const taken: unknown[] = [];
    interceptEvents(reader.socket, (args, ackId) => taken.push([args, ackId]));
    reader.say('["quiet",{"a":1}]');
    reader.say('17["asking",{}]');
    await eventually('both arrive', () => taken.length === 2);
    reader.say('["a.quiet",{"a":1}]');
    reader.say('18["a.question",{}]');
    await eventually('all arrive', () => taken.length === 4);
    expect(taken).toEqual([
      [['quiet', { a: 1 }], undefined],
      [['asking', {}], 17],
      [['a.quiet', { a: 1 }], undefined],
      [['a.question', {}], 18],
    ]);
    reader.hangUp();
    await eventually('a socket whose events are intercepted notices that the client is gone', () => reader.socket.disconnected);
  });

  it('pass on events with a dot in their name without using their own parser', async () => {
    const reader = await open(server, ['websocket']);
    const parsed = jest.spyOn(socketParserOf(reader.socket), 'add');
    const taken: unknown[] = [];
    interceptEvents(reader.socket, (args) => taken.push(args[0]));
    reader.say('1["a.question",{}]');
    reader.say('2["asking",{}]');
    await eventually('both arrive', () => taken.length === 2);
    expect(parsed.mock.calls).toEqual([['22["asking",{}]']]);
    reader.hangUp();
  });

  it('still close a connection that sends on a disconnected socket', async () => {
    const reader = await open(server, ['websocket']);
    const taken: unknown[] = [];
    interceptEvents(reader.socket, (args) => taken.push(args[0]));
    reader.socket.disconnect();
    reader.socket.conn.emit('data', '21["a.question",{}]');
    expect(taken).toEqual([]);
    expect(reader.socket.conn.readyState).not.toBe('open');
  });

  it('still refuse a packet that arrives before the rest of a binary packet', async () => {
    const reader = await open(server, ['websocket']);
    const taken: unknown[] = [];
    interceptEvents(reader.socket, (args) => taken.push(args[0]));
    reader.sayRaw('51-1["a.file",{"_placeholder":true,"num":0}]');
    reader.say('1["a.question",{}]');
    await eventually('it is closed', () => reader.socket.disconnected);
    expect(taken).toEqual([]);
  });

  it('work without the request that opened the connection', async () => {
    const reader = await open(server, ['polling', 'websocket']);
    releaseHandshake(reader.socket);
    expect(reader.socket.conn.request).toBeNull();
    reader.socket.emit('still', {});
    await eventually('an event arrives', () => reader.heard.length === 1);
    reader.hangUp();
    await eventually('it is gone', () => reader.socket.disconnected);
  });
});

function socketParserOf(socket: Socket): { add(packet: unknown): void } {
  return Reflect.get(socket.client, 'decoder');
}
