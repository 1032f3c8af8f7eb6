/**
 * Bare Socket.IO: what the transport costs by itself. Same version, options and bytes on the wire as Parley, no account,
 * no check, no store: a send is given an id, broadcast to its room and acknowledged in the same turn.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';

const senderId = randomUUID();
const epoch = randomUUID();
const seqOf = new Map<string, number>();

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
  const auth: Record<string, unknown> = socket.handshake.auth;
  const room = String(auth['room']);
  void socket.join(room);
  socket.emit('session.ready', { room });
  socket.on('message.send', (input: unknown, ack: unknown) => answer(room, input, ack));
  socket.on('disconnecting', () => forget(socket));
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));

function answer(room: string, input: unknown, ack: unknown): void {
  if (typeof input !== 'object' || input === null || !isAck(ack)) return;
  const seq = (seqOf.get(room) ?? 0) + 1;
  seqOf.set(room, seq);
  const message = {
    id: randomUUID(),
    conversationId: room,
    seq,
    rev: seq,
    clientId: 'clientId' in input ? input.clientId : null,
    senderId,
    text: 'text' in input ? input.text : null,
    replyTo: null,
    mentions: [],
    reactions: [],
    metadata: {},
    pinnedAt: null,
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
  };
  server.to(room).emit('message.created', { ...message, epoch });
  ack({ ok: true, data: message });
}

function forget(socket: Socket): void {
  for (const room of socket.rooms) if (server.sockets.adapter.rooms.get(room)?.size === 1) seqOf.delete(room);
}

function isAck(value: unknown): value is (answer: unknown) => void {
  return typeof value === 'function';
}
