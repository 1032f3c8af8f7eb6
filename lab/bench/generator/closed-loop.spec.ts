import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { ChatConnection } from './chat-connection.js';
import { ClosedLoop } from './closed-loop.js';

type Ack = (answer: unknown) => void;
/** How the test server handles a send. */
type OnSend = (socket: Socket, ack: Ack, number: number) => void;

const times = { warmUpMs: 20, seconds: 0.1, drainTimeoutMs: 500 };

async function withServer(onSend: OnSend, work: (url: string) => Promise<void>): Promise<void> {
  const http = createServer();
  const io = new Server(http);
  let count = 0;
  io.use((socket, next) => next(socket.handshake.auth['token'] === 'bad' ? new Error('auth.invalidToken') : undefined));
  io.on('connection', (socket) => {
    socket.emit('session.ready', { conversations: [] });
    socket.on('message.send', (_: unknown, ack: Ack) => onSend(socket, ack, (count += 1)));
    socket.on('session.ping', (input: unknown, ack: Ack) => ack({ ok: true, data: input }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  try {
    await work(`http://127.0.0.1:${port}`);
  } finally {
    await io.close();
  }
}

async function load(url: string) {
  const connection = await ChatConnection.connect(url, {});
  try {
    return await new ClosedLoop([{ connection, conversationId: 'room', window: 2 }], [connection], times).run();
  } finally {
    connection.close();
  }
}

const good: OnSend = (socket, ack) => {
  socket.emit('message.created', { text: 'x'.repeat(300) });
  ack({ ok: true, data: {} });
};

describe('the generator against a real Socket.IO server', () => {
  it('counts an ack and a delivery for each send', () =>
    withServer(good, async (url) => {
      const figures = await load(url);
      expect(figures.sent).toBeGreaterThan(0);
      expect(figures.acksPerSecond).toBeGreaterThan(0);
      expect(figures.deliveriesPerSecond / figures.acksPerSecond).toBeCloseTo(1, 0);
    }));

  it('fails when a send is refused', () =>
    withServer(
      (socket, ack, number) => (number === 5 ? ack({ ok: false, error: { code: 'overloaded' } }) : good(socket, ack, number)),
      (url) => expect(load(url)).rejects.toThrow('overloaded'),
    ));

  it('fails when a delivery never comes', () =>
    withServer(
      (socket, ack, number) => (number === 5 ? ack({ ok: true }) : good(socket, ack, number)),
      (url) => expect(load(url)).rejects.toThrow('1 deliveries of'),
    ));

  it('fails when the server drops the socket', () =>
    withServer(
      (socket, ack, number) => (number === 5 ? socket.disconnect(true) : good(socket, ack, number)),
      (url) => expect(load(url)).rejects.toThrow('disconnected'),
    ));

  it('reports why a handshake was refused and parses the ack of a request', () =>
    withServer(good, async (url) => {
      await expect(ChatConnection.connect(url, { token: 'bad' })).rejects.toThrow('auth.invalidToken');
      const connection = await ChatConnection.connect(url, {});
      expect(await connection.request('session.ping', { nonce: 'n' })).toEqual({ ok: true, data: { nonce: 'n' } });
      connection.close();
    }));
});
