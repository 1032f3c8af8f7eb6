/**
 * Bare Socket.IO: the cost of the transport alone. It has the same version, options and bytes on the wire as Parley, but no accounts,
 * checks or storage: it numbers a send, broadcasts it to its room and acknowledges it in the same turn of the event loop.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { Echoes, roomsOf, logReady } from './echo-message.js';

const echoes = new Echoes();
const http = createServer();
const server = new Server(http, {
  transports: ['websocket', 'polling'],
  serveClient: false,
  cookie: false,
  perMessageDeflate: false,
  httpCompression: { threshold: 1024 },
  maxHttpBufferSize: 131_072,
  pingInterval: 25_000,
  pingTimeout: 20_000,
  connectTimeout: 5000,
});

server.on('connection', (socket) => {
  void socket.join(roomsOf(socket.handshake.auth));
  // Only the generator needs the list of rooms: it must not count as memory of the socket.
  socket.handshake.auth = {};
  socket.emit('session.ready', {});
  socket.on('message.send', answer);
  for (const command of ['conversation.sync', 'session.ping'])
    socket.on(command, (_: unknown, ack: unknown) => isAck(ack) && ack({ ok: true, data: {} }));
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  logReady(typeof address === 'object' && address !== null ? address.port : 0);
});
process.once('SIGTERM', () => process.exit(0));

function answer(input: unknown, ack: unknown): void {
  const echo = echoes.echo(input);
  if (echo === null || !isAck(ack)) return;
  server.to(echo.room).emit('message.created', echo.event);
  ack({ ok: true, data: echo.message });
}

function isAck(value: unknown): value is (answer: unknown) => void {
  return typeof value === 'function';
}
